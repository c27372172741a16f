import { AlertFilled, FolderOpenOutlined, PlusOutlined, PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Segmented, Space, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { portal } from '../api/portal';
import type { StudyRow } from '../api/types';
import { useUser } from '../auth/session';
import { useOpenCritical } from '../critical/useCritical';
import { keys } from '../live/keys';
import { KeyHints } from '../shared/KeyHints';
import { Badges, PatientText, PriorityTag, ReportTag } from '../shared/labels';
import { Async, Nothing } from '../shared/states';
import { SearchBox } from '../shared/SearchBox';
import { timeText } from '../shared/time';
import { useRowKeys } from '../shared/useRowKeys';
import { ExamForm } from './ExamForm';

/** 我的检查: exams that this clinician asked for, critical values and reports on top. */
export function ExamsPage() {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const user = useUser();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [asking, setAsking] = useState(false);
  const scope = params.get('scope') === 'site' ? 'site' : 'mine';
  // A name stays on the page: addresses are kept in histories and logs.
  const [text, setText] = useState('');
  const search = { view: scope } as const;
  const list = useQuery({ queryKey: keys.studies(search), queryFn: () => portal.studies(search) });
  const criticals = useOpenCritical(true).filter((row) => row.value.suspicion.site === user.site);
  const rows = useMemo(() => (list.data?.items ?? [])
    .filter((row) => text === '' || row.patient.name.toLowerCase().includes(text.toLowerCase()) || row.accessionNumber?.includes(text) === true)
    .sort((a, b) => Number(b.openCriticalValues > 0) - Number(a.openCriticalValues > 0)
      || Number(b.reportVersions > 0 || b.provisional) - Number(a.reportVersions > 0 || a.provisional)
      || b.createdAt.localeCompare(a.createdAt)), [list.data, text]);
  const set = (name: string, value: string) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value === '') next.delete(name);
    else next.set(name, value);
    return next;
  }, { replace: true });
  const open = (studyId: string) => void navigate(`/read/${encodeURIComponent(studyId)}`);
  const [current, select] = useRowKeys(rows.map((row) => row.studyId), { Enter: open });

  const columns: TableColumnsType<StudyRow> = [
    { title: t('list.patient'), width: 170, ellipsis: true, render: (_, row) => <PatientText patient={row.patient} /> },
    { title: t('list.exam'), ellipsis: true, render: (_, row) => <span className="exam"><em>{row.modality}</em>{row.item ?? row.bodyPart ?? ''}<Badges study={row} /></span> },
    { title: t('list.priority'), width: 106, render: (_, row) => <PriorityTag priority={row.priority} /> },
    { title: t('exam.accession'), width: 140, ellipsis: true, render: (_, row) => row.accessionNumber ?? '—' },
    { title: t('exam.state'), width: 100, render: (_, row) => t(`examPhase.${row.phase}`) },
    { title: t('list.report'), width: 104, render: (_, row) => <ReportTag phase={row.reportPhase} /> },
    { title: t('exam.requestedAt'), width: 150, render: (_, row) => timeText(row.createdAt, i18n.language, true) },
    {
      title: '', width: 176, align: 'right', render: (_, row) => (
        <Space size={4}>
          {(row.studyInstanceUids.length > 0 || row.reportVersions > 0) && <Button size="small" icon={<FolderOpenOutlined />} onClick={() => open(row.studyId)}>{t('common.view')}</Button>}
          {(row.reportVersions > 0 || row.provisional) && <Button size="small" type="primary" icon={<PrinterOutlined />} href={portal.printAddress(row.studyId)} target="_blank" rel="noopener" data-testid="print">{t('report.printShort')}</Button>}
        </Space>
      ),
    },
  ];

  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.exams')}</h1>
        <Segmented size="small" value={scope} onChange={(value) => set('scope', value === 'site' ? 'site' : '')} options={[{ value: 'mine', label: t('exams.mine') }, { value: 'site', label: t('exams.site') }]} />
        <div className="filters">
          <SearchBox value={text} placeholder={t('list.search')} onChange={setText} />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)} data-testid="request-exam">{t('exams.request')}</Button>
        </div>
      </div>
      {criticals.length > 0 && (
        <div className="on-top" role="region" aria-label={t('pages.critical')}>
          {criticals.map(({ value, patient, item }) => (
            <Link key={value.criticalValueId} to={`/critical?id=${encodeURIComponent(value.criticalValueId)}`} className={`critical-line critical-line-${value.phase}`}>
              <AlertFilled /> <b>{value.suspicion.entryName}</b> <span>{patient.name} · {item ?? '—'}</span> <em>{t(`criticalPhase.${value.phase}`)}</em>
            </Link>
          ))}
        </div>
      )}
      <Async loading={list.isPending} error={list.data === undefined ? list.error : null} onRetry={() => void list.refetch()}>
        <div className="page-scroll">
          <Table<StudyRow> className="dense" size="small" sticky rowKey="studyId" columns={columns} dataSource={rows} pagination={false}
            locale={{ emptyText: <Nothing text={t('exams.empty')} /> }}
            rowClassName={(row) => `${row.studyId === current ? 'row-current' : ''} ${row.openCriticalValues > 0 ? 'row-critical' : ''}`}
            onRow={(row) => ({ onClick: () => select(row.studyId), onDoubleClick: () => open(row.studyId) })} />
        </div>
      </Async>
      <KeyHints hints={[['↑ ↓', t('keys.move')], ['Enter', t('keys.open')]]} />
      {asking && (
        <ExamForm title={t('exams.request')} mode="request" send={(request) => portal.register(request, false)} onClose={() => setAsking(false)}
          onDone={(study) => {
            setAsking(false);
            void message.success(t('exams.requested', { number: study.accessionNumber ?? '' }));
          }} />
      )}
    </section>
  );
}
