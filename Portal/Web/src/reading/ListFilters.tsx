import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { StudyRow } from '../api/types';
import { useSiteNames } from '../shared/labels';
import { SearchBox } from '../shared/SearchBox';
import type { ListState } from './useListState';

interface Props {
  rows: StudyRow[];
  state: ListState;
  onChange: (change: Partial<ListState>) => void;
}

export function ListFilters({ rows, state, onChange }: Props) {
  const { t } = useTranslation();
  const nameOf = useSiteNames();
  const distinct = (values: string[]) => [...new Set(values)].sort();
  const sites = distinct(rows.map((row) => row.site).concat(state.site === '' ? [] : [state.site]));
  const modalities = distinct(rows.map((row) => row.modality).concat(state.modality === '' ? [] : [state.modality]));
  return (
    <div className="filters">
      <SearchBox value={state.text} placeholder={t('list.search')} onChange={(text) => onChange({ text })} />
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
