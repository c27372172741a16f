import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { StudyRow } from '../api/types';
import { Badges, Deadline, ImageCount, PatientText, PriorityTag, ReportTag, SiteName, UploadBar, Waiting } from '../shared/labels';
import { Nothing } from '../shared/states';

interface Props {
  rows: StudyRow[];
  current: string | null;
  onSelect: (studyId: string) => void;
  onOpen: (studyId: string) => void;
  action: (row: StudyRow) => React.ReactNode;
  holder?: (row: StudyRow) => React.ReactNode;
  empty: string;
}

/** The dense table of studies that wait: a reading list and a review list differ only in what can be done with a row. */
export function StudyTable({ rows, current, onSelect, onOpen, action, holder, empty }: Props) {
  const { t } = useTranslation();
  const columns: TableColumnsType<StudyRow> = [
    { title: t('list.priority'), width: 106, render: (_, row) => <PriorityTag priority={row.priority} /> },
    { title: t('list.site'), width: 132, ellipsis: true, render: (_, row) => <SiteName code={row.site} /> },
    { title: t('list.patient'), width: 150, ellipsis: true, render: (_, row) => <PatientText patient={row.patient} /> },
    {
      title: t('list.exam'), ellipsis: true, render: (_, row) => (
        <span className="exam"><em>{row.modality}</em>{row.item ?? row.bodyPart ?? t('list.noItem')}<Badges study={row} /></span>
      ),
    },
    { title: t('list.waiting'), width: 84, align: 'right', render: (_, row) => <Waiting since={row.readySince ?? row.lastImageAt ?? row.createdAt} /> },
    { title: t('list.images'), width: 84, align: 'right', render: (_, row) => <ImageCount row={row} /> },
    { title: t('list.upload'), width: 100, render: (_, row) => <UploadBar row={row} /> },
    { title: t('list.deadline'), width: 118, align: 'right', render: (_, row) => <Deadline due={row.readBy} /> },
    { title: t('list.report'), width: 92, render: (_, row) => <ReportTag phase={row.reportPhase} /> },
    { title: t('list.holder'), width: 84, ellipsis: true, render: (_, row) => holder?.(row) ?? row.readerName ?? <span className="quiet">—</span> },
    { title: '', width: 96, align: 'right', render: (_, row) => action(row) },
  ];
  return (
    <Table<StudyRow>
      className="dense"
      size="small"
      rowKey="studyId"
      columns={columns}
      dataSource={rows}
      pagination={false}
      sticky
      locale={{ emptyText: <Nothing text={empty} /> }}
      rowClassName={(row) => [row.studyId === current ? 'row-current' : '', row.openCriticalValues > 0 ? 'row-critical' : ''].join(' ')}
      onRow={(row) => ({
        onClick: () => onSelect(row.studyId),
        onDoubleClick: () => onOpen(row.studyId),
        'aria-selected': row.studyId === current,
      })}
    />
  );
}
