import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { portal } from '../api/portal';
import type { StudyRow } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { KeyHints } from '../shared/KeyHints';
import { Async } from '../shared/states';
import { useRowKeys } from '../shared/useRowKeys';
import { ListFilters } from './ListFilters';
import { StudyTable } from './StudyTable';
import { useClaim } from './useClaim';
import { matches, useListState } from './useListState';
import { useWarmViewer } from './useWarmViewer';

/** 待阅列表: what waits, in the order in which it should be read. */
export function ReadingPage() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const [state, change] = useListState();
  const search = { view: 'reading' as const };
  const list = useQuery({ queryKey: keys.studies(search), queryFn: () => portal.studies(search) });
  const all = useMemo(() => list.data?.items ?? [], [list.data]);
  const rows = useMemo(() => all.filter((row) => matches(row, state)), [all, state]);
  const open = (studyId: string) => void navigate(`/read/${encodeURIComponent(studyId)}`);
  const claim = useClaim((ticket) => open(ticket.studyId));

  useWarmViewer();

  const mine = (row: StudyRow) => row.readerId === user.userId;
  const claimable = (row: StudyRow | undefined) => row !== undefined && row.readerId == null;
  const actions = {
    Enter: open,
    c: (studyId: string) => {
      const row = rows.find((each) => each.studyId === studyId);
      if (row !== undefined && mine(row)) open(studyId);
      else if (claimable(row) && !claim.isPending) claim.mutate(studyId);
    },
  };
  const [current, select] = useRowKeys(rows.map((row) => row.studyId), actions);
  const waiting = all.filter((row) => row.readerId == null).length;

  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.reading')}</h1>
        <span className="quiet">{t('reading.count', { waiting, mine: all.filter(mine).length })}</span>
        <ListFilters rows={all} state={state} onChange={change} />
      </div>
      <Async loading={list.isPending} error={list.data === undefined ? list.error : null} onRetry={() => void list.refetch()}>
        <div className="page-scroll">
          <StudyTable rows={rows} current={current} onSelect={select} onOpen={open} empty={all.length === 0 ? t('reading.empty') : t('list.emptyFilter')}
            action={(row) => (mine(row)
              ? <Button size="small" onClick={() => open(row.studyId)}>{t('reading.continue')}</Button>
              : claimable(row)
                ? <Button size="small" type="primary" loading={claim.isPending && claim.variables === row.studyId} onClick={() => claim.mutate(row.studyId)}>{t('reading.claim')}</Button>
                : <Button size="small" type="text" onClick={() => open(row.studyId)}>{t('reading.look')}</Button>)} />
        </div>
      </Async>
      <KeyHints hints={[['↑ ↓', t('keys.move')], ['C', t('keys.claim')], ['Enter', t('keys.open')], ['/', t('keys.search')]]} />
    </section>
  );
}
