import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { portal } from '../api/portal';
import { keys } from '../live/keys';
import { LanguageSwitch } from '../shared/LanguageSwitch';
import { Mark } from '../shared/Mark';
import { problemText } from '../shared/problems';
import { landingOf } from '../shared/roles';
import { useSession } from './session';

interface From {
  from?: string;
  expired?: boolean;
}

export function LoginPage() {
  const { t, i18n } = useTranslation();
  const { state, signIn } = useSession();
  const navigate = useNavigate();
  const from = (useLocation().state as From | null) ?? {};
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const meta = useQuery({ queryKey: keys.meta, queryFn: portal.meta, retry: false });

  if (state.kind === 'in' && !busy) return <Navigate to={landingOf(state.user)} replace />;

  const submit = async ({ username, password }: { username: string; password: string }) => {
    setBusy(true);
    setFault(null);
    try {
      const user = await signIn(username.trim(), password);
      const back = from.from !== undefined && from.from !== '/' ? from.from : landingOf(user);
      await navigate(back, { replace: true });
    } catch (error) {
      setFault(problemText(error, t));
      setBusy(false);
    }
  };

  const sites = meta.data?.sites ?? [];
  return (
    <div className="login">
      <section className="login-story" aria-hidden>
        <Mark size={44} />
        <h1>{t('product.name')}</h1>
        <p>{t('product.line')}</p>
        <ul>
          {sites.map((site) => (
            <li key={site.code}><i className={site.kind} />{i18n.language === 'en' ? site.nameEnglish : site.name}</li>
          ))}
        </ul>
      </section>
      <main className="login-form">
        <div className="login-language"><LanguageSwitch /></div>
        <div className="login-card">
          <h2>{t('auth.title')}</h2>
          {from.expired === true && fault === null && <Alert type="info" showIcon message={t('auth.expired')} />}
          {fault !== null && <Alert type="error" showIcon message={fault} role="alert" />}
          <Form layout="vertical" onFinish={submit} disabled={busy} requiredMark={false} size="large">
            <Form.Item name="username" label={t('auth.username')} rules={[{ required: true, message: t('auth.usernameNeeded') }]}>
              <Input prefix={<UserOutlined />} autoFocus autoComplete="username" spellCheck={false} />
            </Form.Item>
            <Form.Item name="password" label={t('auth.password')} rules={[{ required: true, message: t('auth.passwordNeeded') }]}>
              <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
            </Form.Item>
            <Button type="primary" htmlType="submit" block loading={busy}>{t('auth.signIn')}</Button>
          </Form>
          {meta.data?.profile === 'demo' && <p className="login-demo">{t('auth.demo')}</p>}
        </div>
        <footer>{meta.data === undefined ? '' : t('product.version', { version: meta.data.version })}</footer>
      </main>
    </div>
  );
}
