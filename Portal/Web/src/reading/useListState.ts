import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { StudyRow } from '../api/types';

export interface ListState {
  text: string;
  site: string;
  priority: string;
  modality: string;
}

const names = ['site', 'priority', 'modality'] as const;

/** What of a change stands in the address. Text may be a patient's name: it stays on the page, since addresses are kept in histories and logs. */
export function addressOf(before: URLSearchParams, part: Partial<ListState>): URLSearchParams {
  const next = new URLSearchParams(before);
  next.delete('text');
  for (const name of names) {
    const value = part[name];
    if (value === undefined) continue;
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** Filters of a list, kept in the address so that a link or a reload shows the same list. */
export function useListState(): [ListState, (change: Partial<ListState>) => void] {
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState('');
  const state = useMemo<ListState>(() => ({
    text, site: search.get('site') ?? '', priority: search.get('priority') ?? '', modality: search.get('modality') ?? '',
  }), [search, text]);
  const change = useCallback((part: Partial<ListState>) => {
    if (part.text !== undefined) setText(part.text);
    if (names.some((name) => part[name] !== undefined)) setSearch((before) => addressOf(before, part), { replace: true });
  }, [setSearch]);
  return [state, change];
}

export function matches(row: StudyRow, state: ListState): boolean {
  const text = state.text.trim().toLowerCase();
  return (state.site === '' || row.site === state.site)
    && (state.priority === '' || row.priority === state.priority)
    && (state.modality === '' || row.modality === state.modality)
    && (text === '' || [row.patient.name, row.accessionNumber, row.item].some((value) => value?.toLowerCase().includes(text) === true));
}
