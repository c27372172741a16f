import { Button, Empty, Result, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { ApiError } from '../api/http';
import { problemText } from './problems';

export function NotFound() {
  const { t } = useTranslation();
  return <Result status="404" title={t('states.notFound')} extra={<Link to="/"><Button type="primary">{t('states.home')}</Button></Link>} />;
}

/** A page that broke: say so, keep the rest of the product standing. */
export function RouteFault() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <div className="fill-centre">
      <Result status="error" title={t('states.broken')} subTitle={error instanceof ApiError ? problemText(error, t) : t('states.brokenHint')}
        extra={<Button type="primary" onClick={() => window.location.reload()}>{t('states.reload')}</Button>} />
    </div>
  );
}

interface AsyncProps {
  loading: boolean;
  error: unknown;
  onRetry: () => void;
  children: ReactNode;
}

/** Loading, failed or there: the three states of everything fetched. */
export function Async({ loading, error, onRetry, children }: AsyncProps) {
  const { t } = useTranslation();
  if (error != null) {
    return (
      <Result status="warning" title={t('states.failed')} subTitle={problemText(error, t)}
        extra={<Button onClick={onRetry}>{t('common.retry')}</Button>} />
    );
  }
  return loading ? <Skeleton active paragraph={{ rows: 8 }} className="padded" /> : children;
}

export function Nothing({ text, children }: { text: string; children?: ReactNode }) {
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text}>{children}</Empty>;
}
