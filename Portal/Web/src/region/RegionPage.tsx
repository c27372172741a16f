import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import { keys } from '../live/keys';
import { Async } from '../shared/states';
import { DeviceTable } from './DeviceTable';
import { SiteCard } from './SiteCard';
import { extended, type Trend } from './trend';
import { TrendChart } from './TrendChart';

/** 区域总览: every site's line, queue, rate, disk and last image, live; what the last half hour looked like; every device. */
export function RegionPage() {
  const { t, i18n } = useTranslation();
  const sites = useQuery({ queryKey: keys.sites, queryFn: portal.sites, refetchInterval: 5_000 });
  const devices = useQuery({ queryKey: keys.devices, queryFn: () => portal.devices(), refetchInterval: 30_000 });
  const [trend, setTrend] = useState<Trend>({});
  const rows = useMemo(() => [...(sites.data ?? [])].sort((a, b) => a.site.profile.kind.localeCompare(b.site.profile.kind) * -1 || a.site.profile.code.localeCompare(b.site.profile.code)), [sites.data]);

  useEffect(() => {
    if (sites.data !== undefined) setTrend((before) => extended(before, sites.data, Date.now()));
  }, [sites.data]);

  const names = useMemo(() => Object.fromEntries(rows.map(({ site }) => [site.profile.code, i18n.language === 'en' ? site.profile.nameEnglish : site.profile.name])), [rows, i18n.language]);
  const ordered = useMemo(() => {
    const place = new Map(rows.map(({ site }, index) => [site.profile.code, index]));
    return [...(devices.data ?? [])].sort((a, b) => (place.get(a.device.profile.site) ?? 0) - (place.get(b.device.profile.site) ?? 0) || a.device.profile.aeTitle.localeCompare(b.device.profile.aeTitle));
  }, [devices.data, rows]);
  const offline = rows.filter(({ site }) => !site.online).length;
  return (
    <section className="page page-flow">
      <div className="page-head">
        <h1>{t('pages.region')}</h1>
        <span className="quiet">{t('region.count', { online: rows.length - offline, count: rows.length, devices: devices.data?.length ?? 0 })}</span>
      </div>
      <Async loading={sites.isPending} error={sites.data === undefined ? sites.error : null} onRetry={() => void sites.refetch()}>
        <div className="site-cards">{rows.map(({ site }) => <SiteCard key={site.profile.code} site={site} name={names[site.profile.code] ?? site.profile.code} />)}</div>
        <div className="charts">
          <TrendChart trend={trend} names={names} value="queued" title={t('region.queueTrend')} />
          <TrendChart trend={trend} names={names} value="rate" title={t('region.rateTrend')} />
        </div>
      </Async>
      <Async loading={devices.isPending} error={devices.data === undefined ? devices.error : null} onRetry={() => void devices.refetch()}>
        <DeviceTable rows={ordered} names={names} />
      </Async>
    </section>
  );
}
