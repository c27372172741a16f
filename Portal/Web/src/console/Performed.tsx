import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PerformedStep, Study } from '../api/types';
import { timeText } from '../shared/time';
import { doseText, exposureText } from './dose';

const colours = { inProgress: 'blue', completed: 'green', discontinued: 'red' } as const;

/** 设备报告检查完成: a proposal; the technician decides. */
export function CompletionProposal({ study }: { study: Pick<Study, 'completionProposed' | 'performed'> }) {
  const { t } = useTranslation();
  if (!study.completionProposed) return null;
  const count = study.performed.reduce((sum, step) => sum + step.images, 0);
  return <Alert type="success" showIcon message={t('console.performed.done')} description={count > 0 ? t('console.performed.doneHint', { count }) : t('console.performed.doneNoCount')} data-testid="completion-proposed" />;
}

/** What devices say they did, with dose and exposure. */
export function PerformedSteps({ steps }: { steps: readonly PerformedStep[] }) {
  const { t, i18n } = useTranslation();
  if (steps.length === 0) return null;
  return (
    <section data-testid="performed-steps">
      <h3>{t('console.performed.title')}</h3>
      <ul className="plain">
        {steps.map((step) => (
          <li key={step.stepUid}>
            <Tag color={colours[step.status]}>{t(`console.performed.state.${step.status}`)}</Tag>
            <b>{step.stationAe}</b> {step.protocol ?? step.modality} · {t('viewer.imageCount', { count: step.images })} · <time>{timeText(step.startedAt, i18n.language, true)}</time>
            {step.endedAt != null && <> – <time>{timeText(step.endedAt, i18n.language, true)}</time></>}
            {step.reason != null && <em> {step.reason}</em>}
            {step.dose != null && <div><span className="quiet">{t('console.performed.dose')}</span> {doseText(step.dose)}</div>}
            {step.exposures.length > 0 && <div><span className="quiet">{t('console.performed.exposures')}</span> {step.exposures.map(exposureText).filter((text) => text !== '').join(' | ')}</div>}
          </li>
        ))}
      </ul>
    </section>
  );
}
