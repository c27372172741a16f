import { AlertFilled } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Collapse } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { portal } from '../api/portal';
import type { ClaimTicket, Study } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { claimOf, claims } from '../reading/claims';
import { useClaim } from '../reading/useClaim';
import { ReportTag } from '../shared/labels';
import { problemText } from '../shared/problems';
import { has } from '../shared/roles';
import { stepText } from '../shared/steps';
import { timeText } from '../shared/time';
import { NextStudy } from './NextStudy';
import { ReadActions } from './ReadActions';
import { ReportVersions } from './ReportVersions';
import { modeOf } from './rights';
import { SuspectDialog } from './SuspectDialog';
import { useClaimKeeper } from './useClaimKeeper';
import { WritePane } from './WritePane';

/** The right side of the reading page: to write, to review or to read, whatever this person may do with this report now. */
export function ReportPane({ study }: { study: Study }) {
  const { t, i18n } = useTranslation();
  const user = useUser();
  const client = useQueryClient();
  const [ticket, setTicket] = useState(() => claims.find(study.studyId));
  const [lost, setLost] = useState<unknown>(null);
  const [done, setDone] = useState<'reading' | 'review' | null>(null);
  const [suspecting, setSuspecting] = useState(false);
  const claim = useClaim((granted) => {
    setTicket(granted);
    setLost(null);
    void client.invalidateQueries({ queryKey: keys.study(study.studyId) });
  });

  const held = lost === null ? claimOf(study, user.userId, ticket) : null;
  const mode = done === null ? modeOf(study, user, held !== null) : 'read';
  const token = mode === 'write' ? held?.token ?? null : null;

  const onLost = useCallback((error: unknown) => {
    claims.drop(study.studyId);
    setTicket(null);
    setLost(error);
    void client.invalidateQueries({ queryKey: keys.study(study.studyId) });
  }, [study.studyId, client]);
  const onRenewed = useCallback((renewed: ClaimTicket) => {
    claims.keep(renewed);
    setTicket(renewed);
  }, []);
  useClaimKeeper(study.studyId, token, onRenewed, onLost);

  const finished = (view: 'reading' | 'review') => {
    claims.drop(study.studyId);
    setTicket(null);
    setDone(view);
  };

  const open = useQuery({
    queryKey: keys.critical({ study: study.studyId }), queryFn: () => portal.criticalValues({ study: study.studyId }), retry: false,
  });
  const criticals = open.data?.items.filter((row) => row.value.suspicion.studyId === study.studyId) ?? [];
  const mayRaise = has(user, 'reader', 'senior', 'trainee', 'technician', 'sonographer', 'duty');

  return (
    <aside className="read-right" aria-label={t('report.title')}>
      <header className="report-head">
        <b>{t('report.title')}</b>
        <ReportTag phase={study.report.phase} />
        <span className="spacer" />
        {mayRaise && <Button size="small" danger icon={<AlertFilled />} onClick={() => setSuspecting(true)} data-testid="raise-critical">{t('critical.raise')}</Button>}
      </header>
      <div className="report-body">
        {criticals.map(({ value }) => (
          <Link key={value.criticalValueId} to={`/critical?id=${encodeURIComponent(value.criticalValueId)}&all=1`} className={`critical-line critical-line-${value.phase}`}>
            <AlertFilled /> <b>{value.suspicion.entryName}</b> {t(`criticalPhase.${value.phase}`)}
          </Link>
        ))}
        {lost !== null && (
          <Alert type="error" showIcon message={t('report.claimLost')} description={problemText(lost, t)}
            action={<Button size="small" loading={claim.isPending} onClick={() => claim.mutate(study.studyId)}>{t('report.claimAgain')}</Button>} />
        )}
        {study.phase === 'unmatched' && mode !== 'read' && <Alert type="warning" showIcon message={t('report.unmatchedNote')} />}
        {study.report.returnReason != null && mode === 'write' && <Alert type="warning" showIcon message={t('report.returned', { reason: study.report.returnReason })} />}
        {study.report.correctionReason != null && ['correctionRequested', 'amending'].includes(study.report.phase)
          && <Alert type="warning" showIcon message={t('report.correctionWanted', { reason: study.report.correctionReason })} />}
        {mode === 'read'
          ? <ReportVersions study={study} />
          : <WritePane key={`${study.studyId}:${mode}:${token ?? ''}`} study={study} mode={mode} token={token} expires={held?.expires ?? null} onLost={onLost} onFinished={finished} />}
        {mode === 'read' && done === null && <ReadActions study={study} claiming={claim.isPending} onClaim={() => claim.mutate(study.studyId)} onSigned={() => finished('review')} />}
        {done !== null && <NextStudy view={done} studyId={study.studyId} />}
        <Collapse ghost size="small" className="report-history" items={[{
          key: 'history', label: t('common.history'), children: (
            <ul className="plain">
              {[...study.history].reverse().map((step) => (
                <li key={`${step.version}-${step.event}`}><time>{timeText(step.at, i18n.language, true)}</time> {stepText(step.event)} <span className="quiet">{step.byName}</span>{step.reason != null && <em> {step.reason}</em>}</li>
              ))}
            </ul>
          ),
        }]} />
      </div>
      {suspecting && <SuspectDialog study={study} onClose={() => setSuspecting(false)} />}
    </aside>
  );
}
