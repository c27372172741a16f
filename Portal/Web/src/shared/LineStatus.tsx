import { Alert, App, Tooltip } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../live/LiveProvider';
import { timeText } from './time';

/** Whether the page is live and when it last heard from the portal. */
export function LineStatus() {
  const { t, i18n } = useTranslation();
  const { state, heardAt } = useLive();
  return (
    <Tooltip title={t(`line.${state}Hint`)}>
      <span className={`line line-${state}`} role="status" aria-live="polite">
        <i />{t(`line.${state}`)}<time>{timeText(heardAt, i18n.language)}</time>
      </span>
    </Tooltip>
  );
}

export function LineBanner() {
  const { t, i18n } = useTranslation();
  const { state, heardAt } = useLive();
  const { message } = App.useApp();
  const wasDown = useRef(false);
  useEffect(() => {
    if (state === 'live' && wasDown.current) void message.success(t('line.caughtUp'));
    if (state !== 'connecting') wasDown.current = state === 'down';
  }, [state, message, t]);
  if (state !== 'down') return null;
  return <Alert banner type="error" showIcon message={t('line.banner', { time: timeText(heardAt, i18n.language) })} />;
}
