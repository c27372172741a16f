import { useEffect, useRef } from 'react';

/** Keys of the viewer, quiet while somebody types or a dialogue is open. Names: a lower-case letter, or the browser's name of the key. */
export function useViewerKeys(actions: Record<string, () => void>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.target;
      if (target instanceof HTMLElement
        && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('.ant-modal, .ant-select-dropdown, .ant-dropdown') !== null)) return;
      const action = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action === undefined) return;
      if (target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter')) target.blur();
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
