import { FolderOpenOutlined } from '@ant-design/icons';
import { Alert, Button, Steps, Tag, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CriticalValueRow } from '../api/types';
import { useUser } from '../auth/session';
import { PatientText, SiteName } from '../shared/labels';
import { timeText } from '../shared/time';
import { stepText } from '../shared/steps';
import { CriticalActions } from './CriticalActions';
import { CriticalClocks } from './CriticalClock';
import { stageOf } from './phases';

/** One alert whole: the loop, both clocks, what this person may do, and every time stamp. */
export function CriticalDetail({ row }: { row: CriticalValueRow }) {
  const { t, i18n } = useTranslation();
  const user = useUser();
  const { value } = row;
  const time = (at: string | null | undefined) => timeText(at, i18n.language, true);
  const ended = value.phase === 'refuted' || value.phase === 'withdrawn';
  const stages: { title: string; description: string }[] = [
    { title: t('critical.stage.suspected'), description: time(value.suspectedAt) },
    { title: t('critical.stage.notified'), description: time(value.verifiedAt) },
    { title: t('critical.stage.received'), description: time(value.receivedAt) },
    { title: t('critical.stage.acted'), description: time(value.actedAt) },
    { title: t('critical.stage.closed'), description: time(value.closedAt) },
  ];
  return (
    <article className="detail">
      <header>
        <h2>{value.suspicion.entryName} <Tag color={ended ? 'default' : value.phase === 'closed' ? 'success' : 'error'}>{t(`criticalPhase.${value.phase}`)}</Tag></h2>
        <p>
          <PatientText patient={row.patient} /> · {row.item ?? '—'} · <SiteName code={value.suspicion.site} />
          <Link to={`/read/${encodeURIComponent(value.suspicion.studyId)}`}><Button size="small" icon={<FolderOpenOutlined />}>{t('common.openImages')}</Button></Link>
        </p>
        {value.suspicion.note !== '' && <blockquote>{value.suspicion.note}</blockquote>}
      </header>
      <CriticalClocks value={value} />
      {value.phoneTaskReason != null && value.receivedAt == null && !ended && (
        <Alert type="error" showIcon message={[t('critical.phoneTask'), reasonText(value.phoneTaskReason), value.escalationStep > 0 ? t('critical.escalated', { step: value.escalationStep }) : null].filter((part) => part !== null).join(' · ')} />
      )}
      <Steps size="small" current={stageOf(value)} status={ended ? 'error' : value.phase === 'closed' ? 'finish' : 'process'}
        items={stages.map((stage) => ({ title: stage.title, content: stage.description }))} />
      <CriticalActions row={row} user={user} />
      {value.receivedAt != null && (
        <dl className="facts">
          <dt>{t('critical.receivedBy')}</dt><dd>{value.receivedBy ?? '—'} · {time(value.receivedAt)}</dd>
          <dt>{t('critical.readBack')}</dt><dd>{value.readBack ?? '—'}</dd>
          {value.actedAt != null && <><dt>{t('critical.actedBy')}</dt><dd>{value.actedBy ?? '—'} · {time(value.actedAt)}</dd><dt>{t('critical.action')}</dt><dd>{value.action ?? '—'}</dd></>}
        </dl>
      )}
      {value.calls.length > 0 && (
        <section>
          <h3>{t('critical.calls')}</h3>
          <Timeline items={value.calls.map((call) => ({
            color: call.reached ? 'green' : 'gray',
            content: `${time(call.at)} · ${call.whom} ${call.number} · ${call.reached ? t('critical.reached') : t('critical.notReached')}${call.readBack == null ? '' : ` · ${call.readBack}`}`,
          }))} />
        </section>
      )}
      <section>
        <h3>{t('common.history')}</h3>
        <Timeline items={[...value.history].reverse().map((step) => ({
          content: <span className="history"><time>{time(step.at)}</time>{stepText(step.event)}<span className="quiet">{step.byName}</span>{step.reason != null && <em>{step.reason}</em>}</span>,
        }))} />
      </section>
    </article>
  );

  function reasonText(reason: string): string {
    const key = `critical.phoneReason.${reason.replace(/[.-]/g, '_')}`;
    return i18n.exists(key) ? t(key as 'critical.phoneTask') : reason;
  }
}
