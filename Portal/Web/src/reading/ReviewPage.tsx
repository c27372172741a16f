import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { portal } from '../api/portal';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { KeyHints } from '../shared/KeyHints';
import { Async } from '../shared/states';
import { useRowKeys } from '../shared/useRowKeys';
import { ListFilters } from './ListFilters';
import { StudyTable } from './StudyTable';
import { matches, useListState } from './useListState';
import { useWarmViewer } from './useWarmViewer';

/** 待审列表: preliminary and provisional reports that wait for a senior. */
export function ReviewPage() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const [state, change] = useListState();
  const search = { view: 'review' as const };
  const list = useQuery({ queryKey: keys.studies(search), queryFn: () => portal.studies(search) });
  const all = useMemo(() => list.data?.items ?? [], [list.data]);
  const rows = useMemo(() => all.filter((row) => matches(row, state)), [all, state]);
  const open = (studyId: string) => void navigate(`/read/${encodeURIComponent(studyId)}`);
  const [current, select] = useRowKeys(rows.map((row) => row.studyId), { Enter: open });

  useWarmViewer();

  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.review')}</h1>
        <span className="quiet">{t('review.count', { count: all.length })}</span>
        <ListFilters rows={all} state={state} onChange={change} />
      </div>
      <Async loading={list.isPending} error={list.data === undefined ? list.error : null} onRetry={() => void list.refetch()}>
        <div className="page-scroll">
          <StudyTable rows={rows} current={current} onSelect={select} onOpen={open} empty={all.length === 0 ? t('review.empty') : t('list.emptyFilter')}
            holder={(row) => row.reviewerName ?? row.authorName}
            action={(row) => (
              <Button size="small" type={row.authorId === user.userId ? 'default' : 'primary'} onClick={() => open(row.studyId)}>
                {row.reviewerId === user.userId ? t('reading.continue') : t('review.open')}
              </Button>
            )} />
        </div>
      </Async>
      <KeyHints hints={[['↑ ↓', t('keys.move')], ['Enter', t('keys.open')], ['/', t('keys.search')]]} />
    </section>
  );
}
