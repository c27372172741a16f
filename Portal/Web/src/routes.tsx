import { createBrowserRouter, Navigate } from 'react-router';
import { Gate } from './auth/Gate';
import { LoginPage } from './auth/LoginPage';
import { Landing } from './shared/Landing';
import { Shell } from './shared/Shell';
import { NotFound, RouteFault } from './shared/states';

/** Each feature is a chunk of its own; the viewer's weight is loaded by readers only. */
export const router = createBrowserRouter([
  { path: '/login', element: <LoginPage /> },
  {
    element: <Gate />,
    hydrateFallbackElement: <div className="fill-centre" />,
    errorElement: <RouteFault />,
    children: [
      { path: '/read/:studyId', lazy: async () => ({ Component: (await import('./report/ReadPage')).ReadPage }), errorElement: <RouteFault /> },
      {
        element: <Shell />,
        children: [
          { index: true, element: <Landing /> },
          { path: 'welcome', element: <Landing /> },
          { path: 'reading', lazy: async () => ({ Component: (await import('./reading/ReadingPage')).ReadingPage }), errorElement: <RouteFault /> },
          { path: 'review', lazy: async () => ({ Component: (await import('./reading/ReviewPage')).ReviewPage }), errorElement: <RouteFault /> },
          { path: 'console', lazy: async () => ({ Component: (await import('./console/ConsolePage')).ConsolePage }), errorElement: <RouteFault /> },
          { path: 'exams', lazy: async () => ({ Component: (await import('./exams/ExamsPage')).ExamsPage }), errorElement: <RouteFault /> },
          { path: 'critical', lazy: async () => ({ Component: (await import('./critical/CriticalPage')).CriticalPage }), errorElement: <RouteFault /> },
          { path: 'region', lazy: async () => ({ Component: (await import('./region/RegionPage')).RegionPage }), errorElement: <RouteFault /> },
          { path: 'audit', lazy: async () => ({ Component: (await import('./audit/AuditPage')).AuditPage }), errorElement: <RouteFault /> },
          { path: '404', element: <NotFound /> },
          { path: '*', element: <Navigate to="/404" replace /> },
        ],
      },
    ],
  },
]);
