import { useEffect } from 'react';

/** Fetches the viewer's code while a list is read, so that the first image is not kept waiting by it. Failing here costs nothing: opening fetches again. */
export function useWarmViewer(): void {
  useEffect(() => {
    const timer = window.setTimeout(() => void import('../viewer/Viewer').catch(() => undefined), 400);
    return () => window.clearTimeout(timer);
  }, []);
}
