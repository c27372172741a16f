import { useEffect, useState } from 'react';

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('.ant-modal, .ant-drawer, .ant-select-dropdown') !== null);
}

/** Runs a table by keyboard: ↑ ↓ (or k j) move, other keys act on the row. Returns the id of the row that the keys stand on. */
export function useRowKeys(ids: string[], actions: Record<string, (id: string) => void>): [string | null, (id: string) => void] {
  const [current, setCurrent] = useState<string | null>(null);
  const at = current !== null && ids.includes(current) ? current : ids[0] ?? null;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
      const step = event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0;
      if (step !== 0) {
        const index = Math.min(ids.length - 1, Math.max(0, (at === null ? -1 : ids.indexOf(at)) + step));
        const next = ids[index];
        if (next === undefined) return;
        event.preventDefault();
        setCurrent(next);
        document.querySelector(`[data-row-key="${CSS.escape(next)}"]`)?.scrollIntoView({ block: 'nearest' });
        return;
      }
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action === undefined || at === null) return;
      if (event.target instanceof HTMLElement && event.key === 'Enter' && ['BUTTON', 'A'].includes(event.target.tagName)) return;
      event.preventDefault();
      action(at);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [ids, actions, at]);
  return [at, setCurrent];
}
