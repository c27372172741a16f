import {
  AlertFilled, ClockCircleOutlined, DisconnectOutlined, EditOutlined, FileUnknownOutlined, PlusSquareOutlined, QuestionCircleOutlined,
  RetweetOutlined, SyncOutlined, ThunderboltFilled, WarningFilled,
} from '@ant-design/icons';
import { Progress, Tag, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { portal } from '../api/portal';
import type { ExamFacts, ExamPhase, PatientLabel, Priority, ReportPhase, StudyRow } from '../api/types';
import { keys } from '../live/keys';
import { onTheWay, uploaded, type ImageCounts } from './images';
import { ageOf, clockText, useNow } from './time';

export function useSiteNames(): (code: string) => string {
  const { i18n } = useTranslation();
  const meta = useQuery({ queryKey: keys.meta, queryFn: portal.meta, staleTime: Infinity });
  return (code) => {
    const site = meta.data?.sites.find((each) => each.code === code);
    return site === undefined ? code : i18n.language === 'en' ? site.nameEnglish : site.name;
  };
}

export function SiteName({ code }: { code: string }) {
  const nameOf = useSiteNames();
  return <span title={nameOf(code)}>{nameOf(code)}</span>;
}

export function PatientText({ patient, strong = true }: { patient: PatientLabel; strong?: boolean }) {
  const { t } = useTranslation();
  const now = useNow();
  const age = ageOf(patient.birthDate, now);
  const parts = [t(`sex.${patient.sex}`), age === null ? null : t('common.years', { age })].filter((part) => part !== null);
  return <span className="patient">{strong ? <b>{patient.name}</b> : patient.name} <small>{parts.join(' ')}</small></span>;
}

export function PriorityTag({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  switch (priority) {
    case 'emergency':
      return <Tag color="#c2410c" icon={<ThunderboltFilled />} className="tight">{t('priority.emergency')}</Tag>;
    case 'urgent':
      return <Tag color="orange" className="tight">{t('priority.urgent')}</Tag>;
    case 'routine':
      return <span className="quiet">{t('priority.routine')}</span>;
  }
}

export interface Flagged extends ImageCounts {
  phase: ExamPhase;
  reportPhase: ReportPhase;
  facts: ExamFacts;
  provisional: boolean;
  openCriticalValues: number;
  owed: StudyRow['owed'];
}

/** Not here yet: identity is checked when a patient arrives. Unmatched images say so in a badge of their own. */
const expected = new Set<ExamPhase>(['unmatched', 'requested', 'returned', 'accepted', 'scheduled', 'noShow']);

/** What a reader has to know before opening: always a sign and a word. */
export function Badges({ study }: { study: Flagged }) {
  const { t } = useTranslation();
  const tags: ReactNode[] = [];
  if (study.openCriticalValues > 0) tags.push(<Tag key="critical" color="red-inverse" icon={<AlertFilled />}>{t('badge.critical')}</Tag>);
  if (study.notComing > 0) tags.push(<Tag key="missing" color="orange" icon={<WarningFilled />} data-testid="missing">{t('badge.missing', { count: study.notComing })}</Tag>);
  const coming = onTheWay(study, study.phase);
  if (coming > 0) tags.push(<Tag key="coming" color="gold" icon={<SyncOutlined />} data-testid="coming">{t('badge.coming', { count: coming })}</Tag>);
  if (study.phase === 'unmatched') tags.push(<Tag key="unmatched" color="gold" icon={<FileUnknownOutlined />}>{t('badge.unmatched')}</Tag>);
  if (study.provisional) tags.push(<Tag key="provisional" color="purple" icon={<ClockCircleOutlined />}>{t('badge.provisional')}</Tag>);
  if (study.facts.images === 'additional') tags.push(<Tag key="additional" color="blue" icon={<PlusSquareOutlined />}>{t('badge.additional')}</Tag>);
  if (study.facts.identity === 'provisional' && !expected.has(study.phase)) tags.push(<Tag key="identity" color="volcano" icon={<QuestionCircleOutlined />}>{t('badge.identity')}</Tag>);
  if (study.owed.length > 0) {
    const owed = study.owed.map((item) => t(`owed.${item.what}`)).join('、');
    tags.push(<Tooltip key="owed" title={owed}><Tag color="volcano">{t('badge.owed')}</Tag></Tooltip>);
  }
  if (study.facts.grade === 'd') tags.push(<Tag key="grade" color="magenta" icon={<RetweetOutlined />}>{t('badge.gradeD')}</Tag>);
  if (study.reportPhase === 'amending' || study.reportPhase === 'correctionRequested') tags.push(<Tag key="amending" color="cyan" icon={<EditOutlined />}>{t('badge.amending')}</Tag>);
  if (study.facts.copy === 'localOnly' && study.facts.images !== 'none') tags.push(<Tag key="local" icon={<DisconnectOutlined />}>{t('badge.localOnly')}</Tag>);
  return <span className="badges">{tags}</span>;
}

export function ReportTag({ phase }: { phase: ReportPhase }) {
  const { t } = useTranslation();
  const colours: Partial<Record<ReportPhase, string>> = {
    claimed: 'blue', traineeDraft: 'blue', preliminary: 'geekblue', provisional: 'purple', underReview: 'geekblue',
    released: 'success', amending: 'cyan', correctionRequested: 'cyan', recalled: 'error',
  };
  return <Tag color={colours[phase]} className="tight">{t(`reportPhase.${phase}`)}</Tag>;
}

export function ImageCount({ row }: { row: Pick<StudyRow, 'imagesAtCentre' | 'imagesAtEdge' | 'imagesExpected'> }) {
  return <span className="number">{row.imagesAtCentre}<span className="quiet"> / {row.imagesExpected ?? '—'}</span></span>;
}

export function UploadBar({ row }: { row: ImageCounts & Pick<StudyRow, 'facts'> }) {
  const { t } = useTranslation();
  const percent = uploaded(row);
  if (percent === null || (row.facts.images === 'none' && row.imagesAtCentre === 0)) return <span className="quiet">—</span>;
  if (percent >= 100) return <span className="quiet">{t('copy.atCentre')}</span>;
  return <Progress percent={percent} size="small" className="upload" status="active" aria-label={t('copy.uploading')} />;
}

export function Waiting({ since }: { since: string | null | undefined }) {
  const now = useNow();
  return <span className="number">{since == null ? '—' : clockText((now - Date.parse(since)) / 1000)}</span>;
}

/** Time left until a deadline; past it, how late, with a sign and a word. */
export function Deadline({ due }: { due: string | null | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  if (due == null) return <span className="quiet">—</span>;
  const left = (Date.parse(due) - now) / 1000;
  if (left < 0) return <span className="number overdue"><ClockCircleOutlined /> {t('common.overdue', { time: clockText(left) })}</span>;
  return <span className={`number${left < 600 ? ' soon' : ''}`}>{clockText(left)}</span>;
}
