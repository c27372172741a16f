import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { StudyRow } from '../api/types';

export interface ListState {
  text: string;
  site: string;
  priority: string;
  modality: string;
}

const names: (keyof ListState)[] = ['text', 'site', 'priority', 'modality'];

/** Filters of a list, kept in the address so that a link or a reload shows the same list. */
export function useListState(): [ListState, (change: Partial<ListState>) => void] {
  const [search, setSearch] = useSearchParams();
  const state = useMemo<ListState>(() => ({
    text: search.get('text') ?? '', site: search.get('site') ?? '', priority: search.get('priority') ?? '', modality: search.get('modality') ?? '',
  }), [search]);
  const change = useCallback((part: Partial<ListState>) => setSearch((before) => {
    const next = new URLSearchParams(before);
    for (const name of names) {
      const value = part[name];
      if (value === undefined) continue;
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    return next;
  }, { replace: true }), [setSearch]);
  return [state, change];
}

export function matches(row: StudyRow, state: ListState): boolean {
  const text = state.text.trim().toLowerCase();
  return (state.site === '' || row.site === state.site)
    && (state.priority === '' || row.priority === state.priority)
    && (state.modality === '' || row.modality === state.modality)
    && (text === '' || [row.patient.name, row.accessionNumber, row.item].some((value) => value?.toLowerCase().includes(text) === true));
}
