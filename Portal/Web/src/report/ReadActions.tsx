import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Modal, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Study } from '../api/types';
import { useUser } from '../auth/session';
import { DetachDialog } from '../console/DetachDialog';
import { keys } from '../live/keys';
import { allows } from '../shared/allowed';
import { has } from '../shared/roles';
import { problemText } from '../shared/problems';
import { ReasonDialog } from './ReasonDialog';
import { mayDetach, mayReadAnyway, mayReport } from './rights';
import { SignDialog } from './SignDialog';
import { useStudyCommand } from './useStudy';
import { withVersion } from './seen';

interface Props {
  study: Study;
  claiming: boolean;
  onClaim: () => void;
  onSigned: () => void;
}

type Dialog = 'opinion' | 'provisional' | 'sign' | 'addendum' | 'request-correction' | 'refuse-correction' | 'accept-correction' | 'relevant' | 'irrelevant'
  | 'read-anyway' | 'detach';

/** What can be done with a report that this person is not writing at the moment. */
export function ReadActions({ study, claiming, onClaim, onSigned }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const user = useUser();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  // The exam as it stood when the signer reached for the pen.
  const [seen, setSeen] = useState(study);
  const command = useStudyCommand(study.studyId);
  const sites = useQuery({ queryKey: keys.sites, queryFn: portal.sites, retry: false });
  const agreement = sites.data?.find((row) => row.site.profile.code === study.site)?.site.profile.agreement;
  const may = (action: Parameters<typeof mayReport>[2]) => mayReport(study, user, action, agreement);
  const { report } = study;
  const heldByOther = report.readerId != null && report.readerId !== user.userId && (report.phase === 'claimed' || report.phase === 'traineeDraft' || report.phase === 'amending');
  const close = () => setDialog(null);
  const reach = (name: 'sign' | 'addendum') => {
    setSeen(study);
    setDialog(name);
  };
  const run = (send: () => Promise<Study>) => command.mutateAsync(send);
  const judge = allows(study.allowed, 'exam.judge-additional') || allows(study.allowed, 'report.judge-additional');

  return (
    <div className="report-actions">
      {heldByOther && <Alert type="info" showIcon message={t('report.heldBy', { name: report.readerName ?? report.readerId ?? '' })} />}
      {study.phase === 'unmatched' && report.phase === 'preliminary' && <Alert type="warning" showIcon message={t('report.unmatchedNote')} />}
      <Space wrap size={6}>
        {may('claim') && !heldByOther && <Button type="primary" loading={claiming} onClick={onClaim} data-testid="claim">{t('reading.claim')}</Button>}
        {may('take') && (
          <Button type="primary" loading={command.isPending} onClick={() => command.mutate(() => portal.takeReview(study.studyId))} data-testid="take">{t(report.phase === 'underReview' ? 'report.do.relieve' : 'report.do.take')}</Button>
        )}
        {may('sign') && report.phase === 'preliminary' && <Button type="primary" onClick={() => reach('sign')} data-testid="sign-alone">{t('report.do.signAlone')}</Button>}
        {may('opinion') && <Button type="primary" onClick={() => setDialog('opinion')} data-testid="opinion">{t('report.do.opinion')}</Button>}
        {may('provisional') && <Button onClick={() => setDialog('provisional')} data-testid="provisional">{t('report.do.provisional')}</Button>}
        {may('addendum') && <Button onClick={() => reach('addendum')} data-testid="addendum">{t('report.do.addendum')}</Button>}
        {may('request-correction') && <Button onClick={() => setDialog('request-correction')} data-testid="request-correction">{t('report.do.request-correction')}</Button>}
        {may('accept-correction') && <Button type="primary" onClick={() => setDialog('accept-correction')} data-testid="accept-correction">{t('report.do.accept-correction')}</Button>}
        {may('refuse-correction') && <Button onClick={() => setDialog('refuse-correction')}>{t('report.do.refuse-correction')}</Button>}
        {study.facts.images === 'additional' && judge && has(user, 'reader', 'senior') && (
          <>
            <Button type="primary" onClick={() => setDialog('relevant')}>{t('report.additional.relevant')}</Button>
            <Button onClick={() => setDialog('irrelevant')}>{t('report.additional.irrelevant')}</Button>
          </>
        )}
        {mayReadAnyway(study, user) && <Button onClick={() => setDialog('read-anyway')} data-testid="read-anyway">{t('console.do.read-anyway')}</Button>}
        {mayDetach(study, user) && <Button danger onClick={() => setDialog('detach')} data-testid="detach">{t('console.do.detach')}</Button>}
      </Space>
      {dialog === 'opinion' && <ReasonDialog title={t('report.do.opinion')} label={t('report.opinion')} onClose={close} onGiven={(words) => run(() => portal.opinion(study.studyId, words))} />}
      {dialog === 'provisional' && <ReasonDialog title={t('report.do.provisional')} optional={study.priority === 'emergency'} onClose={close} onGiven={(reason) => run(() => portal.provisional(study.studyId, reason))} />}
      {dialog === 'sign' && seen.report.draft != null && (
        <SignDialog title={t('report.signTitle')} onClose={close} onSign={async (password) => {
          const { draft } = seen.report;
          if (draft == null) return;
          await run(() => withVersion(seen, (version) => portal.sign(study.studyId, draft, password, version)));
          onSigned();
        }} />
      )}
      {dialog === 'addendum' && (
        <SignDialog title={t('report.do.addendum')} words={t('report.addendum')} onClose={close}
          onSign={async (password, words) => {
            await run(() => withVersion(seen, (version) => portal.addendum(study.studyId, words, password, version)));
            close();
          }} />
      )}
      {dialog === 'request-correction' && <ReasonDialog title={t('report.do.request-correction')} onClose={close} onGiven={(reason) => run(() => portal.requestCorrection(study.studyId, reason))} />}
      {dialog === 'refuse-correction' && <ReasonDialog title={t('report.do.refuse-correction')} onClose={close} onGiven={(reason) => run(() => portal.refuseCorrection(study.studyId, reason))} />}
      {dialog === 'accept-correction' && <AcceptDialog onClose={close} onGiven={(reason, reread) => run(() => portal.acceptCorrection(study.studyId, reason, reread))} />}
      {dialog === 'read-anyway' && <ReasonDialog title={t('console.do.read-anyway')} onClose={close} onGiven={(reason) => run(() => portal.step(study.studyId, 'read-anyway', { reason }))} />}
      {dialog === 'detach' && (
        <DetachDialog onClose={close} onGiven={async (reason, second) => {
          await run(() => portal.detach(study.studyId, reason, second));
          void message.success(t('console.detached'));
        }} />
      )}
      {(dialog === 'relevant' || dialog === 'irrelevant') && (
        <ReasonDialog title={t(`report.additional.${dialog}`)} onClose={close} onGiven={(reason) => run(() => portal.judgeAdditional(study.studyId, dialog === 'relevant', reason))} />
      )}
    </div>
  );
}

function AcceptDialog({ onClose, onGiven }: { onClose: () => void; onGiven: (reason: string, reread: boolean) => Promise<unknown> }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ reason?: string; reread?: boolean }>();
  const give = async ({ reason, reread }: { reason?: string; reread?: boolean }) => {
    try {
      await onGiven(reason?.trim() ?? '', reread === true);
      onClose();
    } catch (error) {
      void message.error({ key: 'problem', content: problemText(error, t) });
    }
  };
  return (
    <Modal open title={t('report.do.accept-correction')} okText={t('report.do.accept-correction')} onOk={() => form.submit()} onCancel={onClose} destroyOnHidden width={460}>
      <Form form={form} layout="vertical" onFinish={(fields) => void give(fields)}>
        <Form.Item name="reason" label={t('common.reason')}><Input.TextArea rows={2} autoFocus /></Form.Item>
        <Form.Item name="reread" valuePropName="checked"><Checkbox>{t('report.reread')}</Checkbox></Form.Item>
      </Form>
    </Modal>
  );
}
