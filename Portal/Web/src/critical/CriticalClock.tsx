import { CheckCircleFilled, ClockCircleOutlined, WarningFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { CriticalValue } from '../api/types';
import { clockOf, clockText, timeText, useNow } from '../shared/time';

interface ClockProps {
  label: string;
  from: string | null | undefined;
  due: string | null | undefined;
  stopped: string | null | undefined;
}

function OneClock({ label, from, due, stopped }: ClockProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (from == null || due == null) {
    return <div className="clock clock-idle"><label>{label}</label><b>—</b><small>{t('critical.notRunning')}</small></div>;
  }
  const clock = clockOf(from, due, now, stopped);
  const kind = stopped != null ? (clock.overdue ? 'late' : 'met') : clock.overdue ? 'overdue' : clock.left < 180 ? 'soon' : 'running';
  const icon = kind === 'met' ? <CheckCircleFilled /> : kind === 'overdue' || kind === 'late' ? <WarningFilled /> : <ClockCircleOutlined />;
  const word = stopped == null
    ? (clock.overdue ? t('critical.overdueBy') : t('critical.left'))
    : (clock.overdue ? t('critical.metLate') : t('critical.met'));
  return (
    <div className={`clock clock-${kind}`} role="timer">
      <label>{label}</label>
      <b>{icon} {clockText(clock.left)}</b>
      <small>{word} · {stopped == null ? t('critical.dueAt', { time: timeText(due, i18n.language) }) : timeText(stopped, i18n.language)}</small>
      <i style={{ width: `${clock.gone * 100}%` }} />
    </div>
  );
}

/** Both clocks of a critical value: notified in time, answered in time. */
export function CriticalClocks({ value }: { value: CriticalValue }) {
  const { t } = useTranslation();
  const ended = value.closedAt ?? (value.phase === 'withdrawn' || value.phase === 'refuted' ? value.history.at(-1)?.at : null);
  return (
    <div className="clocks">
      <OneClock label={t('critical.notifyClock')} from={value.verifiedAt} due={value.notifyDue} stopped={value.receivedAt ?? ended} />
      <OneClock label={t('critical.answerClock')} from={value.receivedAt ?? value.verifiedAt} due={value.answerDue} stopped={value.actedAt ?? ended} />
    </div>
  );
}
