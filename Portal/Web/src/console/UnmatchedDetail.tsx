import { CheckCircleFilled, CloseCircleFilled, FolderOpenOutlined, LinkOutlined, PlusOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { portal } from '../api/portal';
import type { Study, StudyRow } from '../api/types';
import { useStudyCommand } from '../report/useStudy';
import { ImageCount, PatientText } from '../shared/labels';
import { Nothing } from '../shared/states';
import { timeText } from '../shared/time';
import { type Agreement, candidatesFor, contradicts } from './match';

function Mark({ label, agreement }: { label: string; agreement: Agreement }) {
  const icon = agreement === 'same' ? <CheckCircleFilled /> : agreement === 'other' ? <CloseCircleFilled /> : <QuestionCircleOutlined />;
  return <span className={`agree agree-${agreement}`}>{icon} {label}</span>;
}

interface Props {
  images: StudyRow;
  rows: StudyRow[];
  onRegister: () => void;
  onAttached: (study: Study) => void;
}

/** 未匹配: images that nobody announced, and the exams they may belong to. One click chose the images; one more attaches them. */
export function UnmatchedDetail({ images, rows, onRegister, onAttached }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const command = useStudyCommand(images.studyId);
  const candidates = candidatesFor(images, rows);
  // Not by callbacks of mutate: those are dropped when this pane goes, and the live push that the images have moved may come before the answer.
  const attach = (studyId: string) => void command.mutateAsync(() => portal.attach(studyId, images.studyId)).then((study) => {
    void message.success(t('console.attached'));
    onAttached(study);
  }, () => undefined);
  return (
    <article className="detail">
      <header className="detail-patient">
        <h2><PatientText patient={images.patient} /></h2>
        <p className="quiet">{t('console.evidence')}</p>
      </header>
      <dl className="facts">
        <dt>{t('list.exam')}</dt><dd>{images.modality} {images.item ?? images.bodyPart ?? ''}</dd>
        <dt>{t('list.images')}</dt><dd><ImageCount row={images} /></dd>
        <dt>{t('console.lastImage')}</dt><dd>{timeText(images.lastImageAt, i18n.language)}</dd>
        <dt>{t('exam.accession')}</dt><dd>{images.accessionNumber ?? '—'}</dd>
      </dl>
      <Space>
        <Link to={`/read/${encodeURIComponent(images.studyId)}`}><Button icon={<FolderOpenOutlined />}>{t('common.openImages')}</Button></Link>
        <Button icon={<PlusOutlined />} onClick={onRegister} data-testid="register-attach">{t('console.registerAndAttach')}</Button>
      </Space>
      <h3>{t('console.candidates')}</h3>
      {candidates.length === 0 ? <Nothing text={t('console.noCandidates')} /> : (
        <ul className="candidates">
          {candidates.map((candidate) => (
            <li key={candidate.row.studyId}>
              <div>
                <b><PatientText patient={candidate.row.patient} /></b>
                <span>{candidate.row.item} · {candidate.row.accessionNumber ?? '—'} · {t(`examPhase.${candidate.row.phase}`)} · {timeText(candidate.row.createdAt, i18n.language)}</span>
                <span>
                  <Mark label={t('exam.name')} agreement={candidate.name} />
                  <Mark label={t('exam.sex')} agreement={candidate.sex} />
                  <Mark label={t('exam.birthDate')} agreement={candidate.birthDate} />
                </span>
              </div>
              {contradicts(candidate)
                ? (
                  <Popconfirm title={t('console.contradicts')} okText={t('console.attach')} onConfirm={() => attach(candidate.row.studyId)}>
                    <Button icon={<LinkOutlined />} loading={command.isPending}>{t('console.attach')}</Button>
                  </Popconfirm>
                )
                : <Button type="primary" icon={<LinkOutlined />} loading={command.isPending} onClick={() => attach(candidate.row.studyId)} data-testid="attach">{t('console.attach')}</Button>}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
