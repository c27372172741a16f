import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef, Segmented, Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudyRow } from '../api/types';
import { useSiteNames } from '../shared/labels';
import type { ListState } from './useListState';

interface Props {
  rows: StudyRow[];
  state: ListState;
  onChange: (change: Partial<ListState>) => void;
}

export function ListFilters({ rows, state, onChange }: Props) {
  const { t } = useTranslation();
  const nameOf = useSiteNames();
  const search = useRef<InputRef>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '/' && !(event.target instanceof HTMLInputElement) && !(event.target instanceof HTMLTextAreaElement)) {
        event.preventDefault();
        search.current?.focus({ cursor: 'all' });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const distinct = (values: string[]) => [...new Set(values)].sort();
  const sites = distinct(rows.map((row) => row.site).concat(state.site === '' ? [] : [state.site]));
  const modalities = distinct(rows.map((row) => row.modality).concat(state.modality === '' ? [] : [state.modality]));
  return (
    <div className="filters">
      <Input ref={search} size="small" allowClear prefix={<SearchOutlined />} placeholder={t('list.search')} value={state.text} className="filter-text"
        onChange={(event) => onChange({ text: event.target.value })}
        onKeyDown={(event) => { if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur(); }} />
      <Segmented size="small" value={state.priority} onChange={(priority) => onChange({ priority })} options={[
        { value: '', label: t('list.allPriorities') },
        { value: 'emergency', label: t('priority.emergency') },
        { value: 'urgent', label: t('priority.urgent') },
        { value: 'routine', label: t('priority.routine') },
      ]} />
      <Select size="small" className="filter-site" value={state.site} onChange={(site) => onChange({ site })}
        options={[{ value: '', label: t('list.allSites') }, ...sites.map((code) => ({ value: code, label: nameOf(code) }))]} />
      <Select size="small" className="filter-modality" value={state.modality} onChange={(modality) => onChange({ modality })}
        options={[{ value: '', label: t('list.allModalities') }, ...modalities.map((value) => ({ value, label: value }))]} />
    </div>
  );
}
