import { ApiOutlined, DisconnectOutlined, PauseCircleOutlined, WarningFilled } from '@ant-design/icons';
import { Card, Progress, Statistic, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Site } from '../api/types';
import { bytesText, clockText, secondsOf, timeText, useNow } from '../shared/time';

export function SiteCard({ site, name }: { site: Site; name: string }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { status } = site;
  const used = status == null || status.diskTotalBytes === 0 ? 0 : Math.round((1 - status.diskFreeBytes / status.diskTotalBytes) * 100);
  const skew = status == null ? 0 : secondsOf(status.clockSkew);
  const since = site.linkSince == null ? null : (now - Date.parse(site.linkSince)) / 1000;
  return (
    <Card size="small" className={`site-card${site.online ? '' : ' site-down'}`} data-testid={`site-${site.profile.code}`}
      title={<span>{name} <small className="quiet">{site.profile.code}</small></span>}
      extra={site.online
        ? <Tag color="success" icon={<ApiOutlined />}>{t('region.online')}</Tag>
        : <Tag color="error" icon={<DisconnectOutlined />}>{t('region.offline')}</Tag>}>
      <div className="site-figures">
        <Statistic title={t('region.queue')} value={status?.queuedInstances ?? 0} suffix={status != null && status.queuedBytes > 0 ? <small>{bytesText(status.queuedBytes)}</small> : undefined} />
        <Statistic title={t('region.rate')} value={`${bytesText(site.online ? status?.uploadBytesPerSecond ?? 0 : 0)}/s`} />
        <Statistic title={t('region.lastImage')} value={timeText(status?.lastImage, i18n.language)} />
        <Statistic title={t('region.received')} value={status?.receivedInstances ?? 0} />
      </div>
      <div className="site-disk">
        <span>{t('region.disk')}</span>
        <Progress percent={used} size="small" status={status?.diskLow === true ? 'exception' : 'normal'} format={() => (status == null ? '—' : t('region.free', { free: bytesText(status.diskFreeBytes) }))} />
      </div>
      <p className="site-notes">
        {since !== null && <span className="quiet">{site.online ? t('region.upFor', { time: clockText(since) }) : t('region.downFor', { time: clockText(since) })}</span>}
        {status?.paused === true && <Tag icon={<PauseCircleOutlined />}>{t('region.paused')}</Tag>}
        {status?.diskLow === true && <Tag color="error" icon={<WarningFilled />}>{t('region.diskLow')}</Tag>}
        {status != null && status.conflicts > 0 && <Tag color="error" icon={<WarningFilled />}>{t('region.conflicts', { count: status.conflicts })}</Tag>}
        {Math.abs(skew) > 2 && <Tag color="warning" icon={<WarningFilled />}>{t('region.skew', { seconds: skew.toFixed(1) })}</Tag>}
        <span className="quiet">{t('region.present', { count: site.present.length })}</span>
        {site.software != null && <span className="quiet">{site.software}</span>}
      </p>
    </Card>
  );
}
