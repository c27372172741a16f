import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Badge, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEffect } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useSession, useUser } from '../auth/session';
import { useOpenCritical } from '../critical/useCritical';
import { rememberBack } from './back';
import { LanguageSwitch } from './LanguageSwitch';
import { LineBanner, LineStatus } from './LineStatus';
import { Mark } from './Mark';
import { maySee, pagesOf } from './roles';

export function Shell() {
  const { t } = useTranslation();
  const user = useUser();
  const pages = pagesOf(user);
  const open = useOpenCritical(maySee(user, 'critical'));
  const { pathname, search } = useLocation();
  useEffect(() => rememberBack(pathname + search), [pathname, search]);
  return (
    <div className="shell">
      <header className="shell-head">
        <NavLink to="/" className="shell-mark"><Mark size={26} /><b>{t('product.name')}</b></NavLink>
        <nav aria-label={t('shell.navigation')}>
          {pages.map((page) => (
            <NavLink key={page} to={`/${page}`}>
              {t(`pages.${page}`)}
              {page === 'critical' && open.length > 0 && <Badge count={open.length} size="small" className="nav-count" title={t('critical.openCount', { count: open.length })} />}
            </NavLink>
          ))}
        </nav>
        <div className="shell-right">
          <LineStatus />
          <LanguageSwitch ghost />
          <UserMenu />
        </div>
      </header>
      <LineBanner />
      <main className="shell-body"><Outlet /></main>
    </div>
  );
}

export function UserMenu() {
  const { t } = useTranslation();
  const { signOut } = useSession();
  const user = useUser();
  const roles = user.roles.map((role) => t(`roles.${role}`)).join(' · ');
  return (
    <Dropdown trigger={['click']} menu={{
      items: [
        { key: 'who', label: <div className="who"><b>{user.name}</b><span>{roles}</span><span>{user.siteName ?? user.site}</span></div>, disabled: true },
        { type: 'divider' },
        { key: 'out', icon: <LogoutOutlined />, label: t('auth.signOut'), onClick: () => void signOut() },
      ],
    }}>
      <Button type="text" size="small" className="on-dark" icon={<UserOutlined />}>{user.name}</Button>
    </Dropdown>
  );
}
