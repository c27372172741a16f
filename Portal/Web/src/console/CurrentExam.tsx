import { CameraOutlined, FolderOpenOutlined, LinkOutlined, PrinterOutlined, UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, InputNumber, Modal, Radio, Space, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type ExamStep, portal } from '../api/portal';
import type { FeeFact, ImageGrade, Study, StudyRow } from '../api/types';
import { useUser } from '../auth/session';
import { CaptureDialog, type CaptureWay } from '../capture/CaptureDialog';
import { mayCapture } from '../capture/may';
import { keys } from '../live/keys';
import { ExamForm } from '../exams/ExamForm';
import { IdentityForm } from '../exams/IdentityForm';
import { ReasonDialog } from '../report/ReasonDialog';
import { useStudyCommand } from '../report/useStudy';
import { allows } from '../shared/allowed';
import { Badges, ImageCount, PatientText, PriorityTag, ReportTag, UploadBar } from '../shared/labels';
import { Async } from '../shared/states';
import { stepText } from '../shared/steps';
import { has } from '../shared/roles';
import { timeText } from '../shared/time';
import { CorrectPatient } from './CorrectPatient';
import { DetachDialog } from './DetachDialog';
import { CompletionProposal, PerformedSteps } from './Performed';

const plainSteps = ['accept', 'arrive', 'start', 'restore'] as const;
const reasonedSteps = ['read-anyway', 'retake', 'replan', 'abort', 'cancel', 'return'] as const;
const settled: FeeFact[] = ['paid', 'greenChannel', 'refunded'];
const grades: ImageGrade[] = ['a', 'b', 'c', 'd'];

/** The exam in hand: who, what, flags; and the next step as the largest button. */
export function CurrentExam({ row, unmatched }: { row: StudyRow; unmatched: StudyRow[] }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const study = useQuery({ queryKey: keys.study(row.studyId), queryFn: () => portal.study(row.studyId) });
  const command = useStudyCommand(row.studyId);
  const [asking, setAsking] = useState<(typeof reasonedSteps)[number] | null>(null);
  const [completing, setCompleting] = useState(false);
  const [supplying, setSupplying] = useState<'identity' | 'request' | null>(null);
  const [correcting, setCorrecting] = useState(false);
  const [detaching, setDetaching] = useState(false);
  const [capturing, setCapturing] = useState<CaptureWay | null>(null);
  const user = useUser();
  const data = study.data;
  const may = (event: string) => data !== undefined && allows(data.allowed, `exam.${event}`);
  const run = (send: () => Promise<Study>) => command.mutate(send);
  const step = (name: ExamStep) => run(() => portal.step(row.studyId, name));
  const notComing = data?.images.reduce((sum, set) => sum + set.notComing, 0) ?? 0;
  const released = data !== undefined && (data.report.versions.length > 0 || data.report.provisional);

  return (
    <article className="detail">
      <header className="detail-patient">
        <h2><PatientText patient={row.patient} /></h2>
        <p>
          <b>{row.item ?? row.modality}</b> · {row.accessionNumber ?? t('viewer.noAccession')} · <Tag>{t(`examPhase.${row.phase}`)}</Tag>
          <PriorityTag priority={row.priority} /> <Badges study={row} />
        </p>
      </header>
      <Async loading={study.isPending} error={data === undefined ? study.error : null} onRetry={() => void study.refetch()}>
        {data !== undefined && (
          <>
            <Space wrap size={8} className="detail-actions">
              {plainSteps.filter(may).map((name) => (
                <Button key={name} type="primary" size="large" loading={command.isPending} onClick={() => step(name)} data-testid={`exam-${name}`}>{t(`console.do.${name}`)}</Button>
              ))}
              {may('complete') && <Button type="primary" size="large" onClick={() => setCompleting(true)} data-testid="exam-complete">{t('console.do.complete')}</Button>}
              {may('confirm-identity') && <Button type="primary" onClick={() => setSupplying('identity')} data-testid="confirm-identity">{t('console.do.confirm-identity')}</Button>}
              {may('supply-owed') && <Button onClick={() => setSupplying('request')} data-testid="supply-owed">{t('console.do.supply-owed')}</Button>}
              {may('settle-fee') && has(user, 'desk') && (
                <Dropdown trigger={['click']} menu={{ items: settled.map((fee) => ({ key: fee, label: t(`fee.${fee}`), onClick: () => run(() => portal.settleFee(row.studyId, fee)) })) }}>
                  <Button loading={command.isPending} data-testid="settle-fee">{t('console.do.settle-fee')}</Button>
                </Dropdown>
              )}
              {mayCapture(data, user) && (
                <>
                  <Button icon={<UploadOutlined />} onClick={() => setCapturing('files')} data-testid="capture-files">{t('capture.way.files')}</Button>
                  <Button icon={<CameraOutlined />} onClick={() => setCapturing('camera')} data-testid="capture-camera">{t('capture.way.camera')}</Button>
                </>
              )}
              {data.patientId != null && data.facts.identity === 'confirmed' && has(user, 'desk', 'technician', 'sonographer') && (
                <Button onClick={() => setCorrecting(true)} data-testid="correct-patient">{t('console.do.correct-patient')}</Button>
              )}
              {may('detach') && has(user, 'technician', 'sonographer') && <Button danger onClick={() => setDetaching(true)} data-testid="detach">{t('console.do.detach')}</Button>}
              {reasonedSteps.filter(may).map((name) => <Button key={name} danger={name === 'abort' || name === 'cancel'} onClick={() => setAsking(name)}>{t(`console.do.${name}`)}</Button>)}
              {data.images.length > 0 && <Link to={`/read/${encodeURIComponent(row.studyId)}`}><Button icon={<FolderOpenOutlined />}>{t('common.openImages')}</Button></Link>}
              {released && <Button icon={<PrinterOutlined />} href={portal.printAddress(row.studyId)} target="_blank" rel="noopener" data-testid="print">{t('report.print')}</Button>}
            </Space>
            <CompletionProposal study={data} />
            <div className="detail-columns">
              <dl className="facts">
                <dt>{t('exam.purpose')}</dt><dd>{data.request?.purpose || '—'}</dd>
                <dt>{t('exam.history')}</dt><dd>{data.request?.history || '—'}</dd>
                <dt>{t('exam.clinicalDiagnosis')}</dt><dd>{data.request?.clinicalDiagnosis || '—'}</dd>
                <dt>{t('exam.side')}</dt><dd>{data.request?.side == null ? '—' : t(`side.${data.request.side as 'L' | 'R' | 'B'}`)}</dd>
                <dt>{t('exam.flags')}</dt><dd>{data.request?.flags.length ? data.request.flags.map((flag) => <Tag key={flag} color="orange">{i18n.exists(`flag.${flag}`) ? t(`flag.${flag}` as 'flag.allergy') : flag}</Tag>) : '—'}</dd>
              </dl>
              <dl className="facts">
                <dt>{t('list.images')}</dt><dd><ImageCount row={row} /> {notComing > 0 && <Tag color="volcano" data-testid="not-coming">{t('console.notComing', { count: notComing })}</Tag>}</dd>
                <dt>{t('list.upload')}</dt><dd><UploadBar row={row} /></dd>
                <dt>{t('console.grade')}</dt>
                <dd>
                  <Radio.Group size="small" optionType="button" disabled={data.images.length === 0 || command.isPending} value={data.facts.grade}
                    onChange={(event) => run(() => portal.grade(row.studyId, event.target.value as ImageGrade))}
                    options={grades.map((value) => ({ value, label: t(`grade.${value as 'a'}`) }))} />
                </dd>
                <dt>{t('list.report')}</dt><dd><ReportTag phase={data.report.phase} /> {data.report.versions.at(-1) === undefined ? '' : timeText(data.report.versions.at(-1)?.signedAt, i18n.language)}</dd>
                <dt>{t('console.fee')}</dt><dd>{t(`fee.${data.facts.fee}`)}</dd>
                <dt>{t('console.owed')}</dt><dd>{data.owed.length === 0 ? '—' : data.owed.map((item) => <Tag key={item.what} color="volcano">{t(`owed.${item.what}`)} {timeText(item.due, i18n.language, true)}</Tag>)}</dd>
              </dl>
            </div>
            <PerformedSteps steps={data.performed} />
            {may('attach') && data.images.length === 0 && unmatched.length > 0 && (
              <>
                <h3>{t('console.unmatchedHere')}</h3>
                <ul className="candidates">
                  {unmatched.map((images) => (
                    <li key={images.studyId}>
                      <div><b><PatientText patient={images.patient} /></b><span>{images.modality} {images.item ?? images.bodyPart ?? ''} · {t('viewer.imageCount', { count: images.imagesAtCentre })} · {timeText(images.lastImageAt, i18n.language)}</span></div>
                      <Button icon={<LinkOutlined />} loading={command.isPending} onClick={() => void command.mutateAsync(() => portal.attach(row.studyId, images.studyId)).then(() => message.success(t('console.attached')), () => undefined)}>{t('console.attach')}</Button>
                    </li>
                  ))}
                </ul>
              </>
            )}
            <h3>{t('common.history')}</h3>
            <ul className="plain">
              {[...data.history].reverse().map((each) => (
                <li key={`${each.version}-${each.event}`}><time>{timeText(each.at, i18n.language, true)}</time> {stepText(each.event)} <span className="quiet">{each.byName}</span>{each.reason != null && <em> {each.reason}</em>}</li>
              ))}
            </ul>
          </>
        )}
      </Async>
      {asking !== null && <ReasonDialog title={t(`console.do.${asking}`)} danger={asking === 'abort' || asking === 'cancel'} onClose={() => setAsking(null)} onGiven={(reason) => command.mutateAsync(() => portal.step(row.studyId, asking, { reason }))} />}
      {supplying === 'identity' && data !== undefined && <IdentityForm study={data} onClose={() => setSupplying(null)} onDone={() => { setSupplying(null); void study.refetch(); }} />}
      {supplying === 'request' && data !== undefined && (
        <ExamForm title={t('console.do.supply-owed')} mode="supply" known={{ patient: data.patient, patientId: data.patientId, item: row.item, modality: row.modality, priority: data.priority }}
          send={(request) => portal.supplyOwed(row.studyId, request)} onClose={() => setSupplying(null)} onDone={() => { setSupplying(null); void study.refetch(); }} />
      )}
      {correcting && data?.patientId != null && <CorrectPatient patientId={data.patientId} onClose={() => setCorrecting(false)} />}
      {detaching && (
        <DetachDialog onClose={() => setDetaching(false)} onGiven={async (reason, second) => {
          await command.mutateAsync(() => portal.detach(row.studyId, reason, second));
          void message.success(t('console.detached'));
        }} />
      )}
      {capturing !== null && data !== undefined && <CaptureDialog study={data} way={capturing} onClose={() => setCapturing(null)} />}
      {completing && <CompleteDialog held={Math.max(row.imagesAtCentre, row.imagesAtEdge)} onClose={() => setCompleting(false)} onGiven={(count) => command.mutateAsync(() => portal.complete(row.studyId, count))} />}
    </article>
  );
}

function CompleteDialog({ held, onClose, onGiven }: { held: number; onClose: () => void; onGiven: (count: number | undefined) => Promise<unknown> }) {
  const { t } = useTranslation();
  const [count, setCount] = useState<number | null>(held > 0 ? held : null);
  const [busy, setBusy] = useState(false);
  return (
    <Modal open title={t('console.do.complete')} okText={t('console.do.complete')} confirmLoading={busy} onCancel={onClose} width={420} destroyOnHidden
      onOk={() => {
        setBusy(true);
        onGiven(count ?? undefined).then(onClose, () => setBusy(false));
      }}>
      <label className="field"><span>{t('console.expected')}</span><InputNumber min={1} max={20000} value={count} onChange={setCount} className="full" /></label>
      <p className="quiet">{t('console.expectedHint')}</p>
    </Modal>
  );
}
