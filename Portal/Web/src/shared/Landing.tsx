import { Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { useUser } from '../auth/session';
import { landingOf } from './roles';

export function Landing() {
  const { t } = useTranslation();
  const landing = landingOf(useUser());
  return landing === '/welcome' ? <Result status="info" title={t('shell.noPages')} subTitle={t('shell.noPagesHint')} /> : <Navigate to={landing} replace />;
}
