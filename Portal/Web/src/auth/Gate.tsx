import { Button, Result, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { CriticalAlert } from '../critical/CriticalAlert';
import { LiveProvider } from '../live/LiveProvider';
import { useSession } from './session';

/** Lets only a signed-in person pass, and keeps the live line and the critical alert above every page. */
export function Gate() {
  const { t } = useTranslation();
  const { state, retry } = useSession();
  const location = useLocation();
  switch (state.kind) {
    case 'asking':
      return <div className="fill-centre"><Spin size="large" /></div>;
    case 'unreachable':
      return (
        <div className="fill-centre">
          <Result status="warning" title={t('auth.unreachable')} subTitle={t('auth.unreachableHint')}
            extra={<Button type="primary" onClick={retry}>{t('common.retry')}</Button>} />
        </div>
      );
    case 'out':
      return <Navigate to="/login" replace state={{ from: location.pathname + location.search, expired: state.expired }} />;
    case 'in':
      return (
        <LiveProvider>
          <div className="frame">
            <div className="frame-page"><Outlet /></div>
            <CriticalAlert />
          </div>
        </LiveProvider>
      );
  }
}
