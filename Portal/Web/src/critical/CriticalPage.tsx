import { useQuery } from '@tanstack/react-query';
import { Badge, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { portal } from '../api/portal';
import type { CriticalValueRow } from '../api/types';
import { keys } from '../live/keys';
import { PatientText, SiteName } from '../shared/labels';
import { Async, Nothing } from '../shared/states';
import { useRowKeys } from '../shared/useRowKeys';
import { clockOf, clockText, timeText, useNow } from '../shared/time';
import { CriticalDetail } from './CriticalDetail';
import { awaitsAction, awaitsReceipt } from './phases';

/** 危急值: every alert of this person's side, its two clocks, and what is to be done next. */
export function CriticalPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const all = params.get('all') === '1';
  const search = all ? { open: false } : { open: true };
  const list = useQuery({ queryKey: keys.critical(search), queryFn: () => portal.criticalValues(search) });
  const rows = useMemo(() => list.data?.items ?? [], [list.data]);
  const select = (id: string) => setParams((before) => {
    const next = new URLSearchParams(before);
    next.set('id', id);
    return next;
  }, { replace: true });
  const [keyed, setKeyed] = useRowKeys(rows.map((row) => row.value.criticalValueId), { Enter: select });
  const chosen = params.get('id');
  const shown = rows.find((row) => row.value.criticalValueId === chosen) ?? rows.find((row) => row.value.criticalValueId === keyed) ?? rows[0];

  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.critical')}</h1>
        <span className="quiet">{t('critical.count', { count: rows.length })}</span>
        <div className="filters">
          <Segmented size="small" value={all ? '1' : '0'} onChange={(value) => setParams(value === '1' ? { all: '1' } : {}, { replace: true })}
            options={[{ value: '0', label: t('critical.open') }, { value: '1', label: t('critical.all') }]} />
        </div>
      </div>
      <Async loading={list.isPending} error={list.data === undefined ? list.error : null} onRetry={() => void list.refetch()}>
        {rows.length === 0 ? <Nothing text={t('critical.empty')} /> : (
          <div className="split">
            <div className="split-list" role="listbox" aria-label={t('pages.critical')}>
              {rows.map((row) => (
                <Row key={row.value.criticalValueId} row={row} current={row === shown} onSelect={() => {
                  setKeyed(row.value.criticalValueId);
                  select(row.value.criticalValueId);
                }} />
              ))}
            </div>
            {shown !== undefined && <CriticalDetail key={shown.value.criticalValueId} row={shown} />}
          </div>
        )}
      </Async>
    </section>
  );
}

function Row({ row, current, onSelect }: { row: CriticalValueRow; current: boolean; onSelect: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { value } = row;
  const due = awaitsReceipt(value) ? value.notifyDue : awaitsAction(value) ? value.answerDue : null;
  const clock = due == null ? null : clockOf(value.suspectedAt, due, now);
  const urgent = awaitsReceipt(value) || value.phase === 'replyOverdue';
  return (
    <button type="button" role="option" aria-selected={current} className={`card-row${current ? ' current' : ''}`} data-row-key={value.criticalValueId} onClick={onSelect}>
      <span className="card-row-top">
        <Badge status={urgent ? 'error' : value.phase === 'closed' ? 'success' : 'warning'} text={<b>{value.suspicion.entryName}</b>} />
        <em>{t(`criticalPhase.${value.phase}`)}</em>
      </span>
      <span><PatientText patient={row.patient} /> · {row.item ?? '—'}</span>
      <span className="quiet">
        <SiteName code={value.suspicion.site} /> · {timeText(value.suspectedAt, i18n.language)}
        {clock !== null && <b className={clock.overdue ? 'overdue' : 'number'}>{clock.overdue ? t('common.overdue', { time: clockText(clock.left) }) : clockText(clock.left)}</b>}
      </span>
    </button>
  );
}
