import { CheckOutlined, CloudSyncOutlined, EditOutlined, WarningOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Space } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { ReportText, Study } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { claims } from '../reading/claims';
import { clockText, timeText, useNow } from '../shared/time';
import { checksOf } from './checks';
import { contextOf } from './Checks';
import { settled } from './fields';
import { Marks } from './Marks';
import { ReasonDialog } from './ReasonDialog';
import { ReportEditor } from './ReportEditor';
import { mayReport } from './rights';
import { SignDialog } from './SignDialog';
import { type DraftState, useDraft } from './useDraft';
import { unsaved } from './unsaved';
import { useStudyCommand } from './useStudy';
import { withVersion } from './seen';

interface Props {
  study: Study;
  mode: 'write' | 'review';
  token: number | null;
  expires: string | null;
  onLost: (error: ApiError) => void;
  onFinished: (view: 'reading' | 'review') => void;
}

const empty: ReportText = { templateId: null, findings: '', impression: '', positive: null };

function firstText(study: Study): ReportText {
  return study.report.draft ?? study.report.traces.at(-1)?.text ?? study.report.versions.at(-1)?.text ?? empty;
}

/** Writing under a claim, or reviewing: the same editor, other ways out. */
export function WritePane({ study, mode, token, expires, onLost, onFinished }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const [text, setText] = useState<ReportText>(() => unsaved.find(study, user.userId) ?? firstText(study));
  const [dialog, setDialog] = useState<'return' | 'dispute' | null>(null);
  // The exam as it stood when the signer reached for the pen: what comes in meanwhile has not been seen.
  const [signing, setSigning] = useState<Study | null>(null);
  const draft = useDraft(study.studyId, token, study.report.draftSavedAt ?? null, onLost);
  const command = useStudyCommand(study.studyId);
  const sites = useQuery({ queryKey: keys.sites, queryFn: portal.sites, retry: false });
  const agreement = sites.data?.find((row) => row.site.profile.code === study.site)?.site.profile.agreement;

  const { write } = draft;
  const [restored] = useState(() => (mode === 'write' ? unsaved.find(study, user.userId) : null));
  useEffect(() => {
    if (restored !== null) write(restored);
  }, [restored, write]);

  const change = (next: ReportText) => {
    setText(next);
    unsaved.keep(study, user.userId, next);
    if (mode === 'write') draft.write(next);
  };
  const out: ReportText = { ...text, findings: settled(text.findings), impression: settled(text.impression) };
  const checks = checksOf(text, contextOf(study));
  const stopped = checks.some((check) => check.level === 'stop') || out.findings === '' || out.impression === '';
  const warnings = checks.filter((check) => check.level === 'warning' && check.name !== 'unfilled');

  const heedful = (go: () => void) => {
    if (warnings.length === 0) return go();
    void modal.confirm({
      title: t('report.confirmWarnings'),
      content: <ul className="checks">{warnings.map((check) => <li key={check.name} className="warning">{t(`checks.${check.name}`, { detail: check.detail ?? '' })}</li>)}</ul>,
      okText: t('report.goOn'), onOk: go,
    });
  };

  const submit = (send: (token: number, text: ReportText, version: number) => Promise<Study>) => heedful(() => {
    if (token === null) return;
    const held = token;
    const run = async () => {
      await draft.save();
      draft.settle();
      return withVersion(study, (version) => send(held, out, version));
    };
    // Not by callbacks of mutate: those are dropped when this pane goes, and the live push of the change may come before its answer.
    void command.mutateAsync(run).then(() => {
      unsaved.drop(study, user.userId);
      onFinished('reading');
    }, () => draft.write(text));
  });

  const may = (action: Parameters<typeof mayReport>[2]) => mayReport(study, user, action, agreement);
  const preliminary = may('preliminary');

  return (
    <>
      {(mode === 'review' || study.report.traces.length > 0) && <Marks traces={study.report.traces} text={out} />}
      <ReportEditor study={study} text={text} onChange={change} />
      <footer className="report-actions">
        {mode === 'write' && <DraftLine state={draft.state} expires={expires} />}
        <Space wrap size={6}>
          {mode === 'write' && may('trainee-draft') && (
            <Button type={preliminary ? 'default' : 'primary'} disabled={stopped} loading={command.isPending} data-testid="trainee-draft"
              onClick={() => submit((held, words, version) => portal.traineeDraft(study.studyId, held, words, version))}>{t('report.do.trainee-draft')}</Button>
          )}
          {mode === 'write' && preliminary && (
            <Button type="primary" disabled={stopped} loading={command.isPending} data-testid="preliminary"
              onClick={() => submit((held, words, version) => portal.preliminary(study.studyId, held, words, version))}>{t('report.do.preliminary')}</Button>
          )}
          {may('sign') && (mode === 'review' || study.report.phase === 'amending') && (
            <Button type="primary" disabled={stopped} onClick={() => heedful(() => setSigning(study))} data-testid="sign">{t('report.do.sign')}</Button>
          )}
          {mode === 'review' && may('return') && <Button onClick={() => setDialog('return')} data-testid="return">{t('report.do.return')}</Button>}
          {mode === 'review' && may('dispute') && <Button type="text" onClick={() => setDialog('dispute')}>{t('report.do.dispute')}</Button>}
          {mode === 'write' && may('release') && token !== null && (
            <Button type="text" onClick={() => void (async () => {
              await draft.save();
              draft.settle();
              await portal.release(study.studyId, token).catch(() => undefined);
              unsaved.drop(study, user.userId);
              claims.drop(study.studyId);
              await navigate('/reading');
            })()}>{t('report.do.release')}</Button>
          )}
        </Space>
      </footer>
      {signing !== null && (
        <SignDialog title={t('report.signTitle')} note={study.criticalValueIds.length > 0 ? t('report.signCritical') : undefined} onClose={() => setSigning(null)}
          onSign={async (password) => {
            await draft.save();
            draft.settle();
            await command.mutateAsync(() => withVersion(signing, (version) => portal.sign(study.studyId, out, password, version)));
            unsaved.drop(study, user.userId);
            onFinished('review');
          }} />
      )}
      {dialog === 'return' && (
        <ReasonDialog title={t('report.do.return')} onClose={() => setDialog(null)}
          onGiven={async (reason) => {
            await command.mutateAsync(() => portal.returnReport(study.studyId, reason, out));
            unsaved.drop(study, user.userId);
            onFinished('review');
          }} />
      )}
      {dialog === 'dispute' && (
        <ReasonDialog title={t('report.do.dispute')} onClose={() => setDialog(null)}
          onGiven={(reason) => command.mutateAsync(() => portal.dispute(study.studyId, reason))} />
      )}
    </>
  );
}

function DraftLine({ state, expires }: { state: DraftState; expires: string | null }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const left = expires === null ? null : (Date.parse(expires) - now) / 1000;
  return (
    <p className="draft-line" role="status">
      {state.kind === 'idle' && <span>{state.at === null ? t('report.notSaved') : <><CheckOutlined /> {t('report.savedAt', { time: timeText(state.at, i18n.language) })}</>}</span>}
      {state.kind === 'dirty' && <span><EditOutlined /> {t('report.writing')}</span>}
      {state.kind === 'saving' && <span><CloudSyncOutlined /> {t('report.saving')}</span>}
      {state.kind === 'failed' && <span className="overdue"><WarningOutlined /> {t('report.saveFailed')}</span>}
      {left !== null && <span className={left < 300 ? 'soon' : 'quiet'}>{left > 0 ? t('report.claimLeft', { time: clockText(left) }) : t('report.claimExpired')}</span>}
    </p>
  );
}
