import { CheckCircleFilled, StopFilled } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Badge, Button, Table, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Device, DeviceRow } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { ReasonDialog } from '../report/ReasonDialog';
import { problemText } from '../shared/problems';
import { has } from '../shared/roles';
import { timeText } from '../shared/time';

export function DeviceTable({ rows, names }: { rows: DeviceRow[]; names: Record<string, string> }) {
  const { t, i18n } = useTranslation();
  const user = useUser();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [stopping, setStopping] = useState<Device | null>(null);
  const service = useMutation({
    mutationFn: ({ device, inService, reason }: { device: Device; inService: boolean; reason?: string }) =>
      portal.setService(device.profile.site, device.profile.aeTitle, inService, reason),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.devices }),
  });
  const columns: TableColumnsType<Device> = [
    {
      title: t('list.site'), ellipsis: true, render: (_, device) => names[device.profile.site] ?? device.profile.site,
      filters: Object.entries(names).map(([value, text]) => ({ value, text })), onFilter: (value, device) => device.profile.site === value,
    },
    { title: t('region.device'), width: 130, render: (_, device) => <b>{device.profile.name}</b> },
    { title: t('region.ae'), width: 110, render: (_, device) => <code>{device.profile.aeTitle}</code> },
    { title: t('region.modality'), width: 80, render: (_, device) => device.profile.modality },
    { title: t('region.room'), width: 110, render: (_, device) => device.profile.room ?? '—' },
    { title: t('region.received'), width: 100, align: 'right', sorter: (a, b) => a.receivedInstances - b.receivedInstances, render: (_, device) => <span className="number">{device.receivedInstances}</span> },
    { title: t('region.lastImage'), width: 140, render: (_, device) => timeText(device.lastImage, i18n.language) },
    {
      title: t('region.answers'), width: 150, render: (_, device) => (device.lastEcho === null ? '—' : (
        <span><Badge status={device.answers === true ? 'success' : 'error'} text={t(device.answers === true ? 'region.answersYes' : 'region.answersNo')} /> <small>{timeText(device.lastEcho, i18n.language)}</small></span>)),
    },
    {
      title: t('region.state'), width: 190, ellipsis: true, render: (_, device) => (device.inService
        ? <Tag color="success" icon={<CheckCircleFilled />}>{t('region.inService')}</Tag>
        : <span><Tag color="error" icon={<StopFilled />}>{t('region.outOfService')}</Tag><small>{device.outReason}</small></span>),
    },
    {
      title: '', width: 110, align: 'right', render: (_, device) => has(user, 'administrator') && (device.inService
        ? <Button size="small" onClick={() => setStopping(device)}>{t('region.stop')}</Button>
        : <Button size="small" type="primary" onClick={() => service.mutate({ device, inService: true }, { onError: (error) => void message.error({ key: 'problem', content: problemText(error, t) }) })}>{t('region.resume')}</Button>),
    },
  ];
  return (
    <>
      <h2 className="section">{t('region.devices')}</h2>
      <Table<Device> className="dense" size="small" rowKey={(device) => `${device.profile.site}/${device.profile.aeTitle}`} columns={columns} pagination={false}
        dataSource={rows.map((row) => row.device)} />
      {stopping !== null && (
        <ReasonDialog title={t('region.stopTitle', { name: stopping.profile.name })} danger onClose={() => setStopping(null)}
          onGiven={(reason) => service.mutateAsync({ device: stopping, inService: false, reason })} />
      )}
    </>
  );
}
