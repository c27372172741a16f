import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router';
import { ApiError } from './api/http';
import { SessionProvider } from './auth/session';
import { router } from './routes';
import { deskTheme } from './shared/theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => error instanceof ApiError && (error.offline || error.problem.status >= 500) && count < 3,
    },
  },
});

export function App() {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider theme={deskTheme} locale={i18n.language === 'en' ? enUS : zhCN} componentSize="middle" button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <QueryClientProvider client={client}>
          <SessionProvider>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
