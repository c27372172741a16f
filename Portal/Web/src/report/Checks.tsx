import { CheckCircleOutlined, ExclamationCircleOutlined, StopOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { ReportText, Study } from '../api/types';
import { checksOf } from './checks';

export function contextOf(study: Study) {
  return { sex: study.patient.sex, side: study.request?.side ?? null };
}

/** What a colleague would point out, while it is being written. */
export function Checks({ text, study }: { text: ReportText; study: Study }) {
  const { t } = useTranslation();
  const checks = checksOf(text, contextOf(study));
  return (
    <ul className="checks" aria-live="polite">
      {checks.length === 0 && <li className="fine"><CheckCircleOutlined /> {t('checks.fine')}</li>}
      {checks.map((check) => (
        <li key={check.name} className={check.level}>
          {check.level === 'stop' ? <StopOutlined /> : <ExclamationCircleOutlined />} {t(`checks.${check.name}`, { detail: check.detail ?? '' })}
        </li>
      ))}
    </ul>
  );
}
