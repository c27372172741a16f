import { PlusOutlined, ThunderboltFilled } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, Segmented } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { portal } from '../api/portal';
import type { ExamPhase, StudyRow } from '../api/types';
import { useUser } from '../auth/session';
import { ExamForm } from '../exams/ExamForm';
import { keys } from '../live/keys';
import { Badges, PatientText, PriorityTag, Waiting } from '../shared/labels';
import { KeyHints } from '../shared/KeyHints';
import { problemText } from '../shared/problems';
import { Async, Nothing } from '../shared/states';
import { SearchBox } from '../shared/SearchBox';
import { useRowKeys } from '../shared/useRowKeys';
import { useViewerKeys } from '../viewer/useViewerKeys';
import { CurrentExam } from './CurrentExam';
import { UnmatchedDetail } from './UnmatchedDetail';

const tabs = ['work', 'unmatched', 'reports', 'all'] as const;
type Tab = (typeof tabs)[number];
const working: ExamPhase[] = ['inRoom', 'arrived', 'scheduled', 'accepted', 'requested', 'acquired'];
const rank = (row: StudyRow) => (row.priority === 'emergency' ? -10 : 0) + working.indexOf(row.phase);

function inTab(row: StudyRow, tab: Tab): boolean {
  switch (tab) {
    case 'work':
      return working.includes(row.phase);
    case 'unmatched':
      return row.phase === 'unmatched';
    case 'reports':
      return ['readyToRead', 'reported', 'closed'].includes(row.phase) || (row.phase === 'acquired' && row.imagesAtCentre > 0);
    case 'all':
      return true;
  }
}

/** 检查间: the queue left, the current patient large, request and flags right. */
export function ConsolePage() {
  const { t } = useTranslation();
  const user = useUser();
  const { message } = App.useApp();
  const [params, setParams] = useSearchParams();
  const tab = tabs.find((each) => each === params.get('tab')) ?? 'work';
  // A name stays on the page: addresses are kept in histories and logs.
  const [text, setText] = useState('');
  const [form, setForm] = useState<{ unmatched?: StudyRow } | null>(null);
  const search = { view: 'site' as const };
  const list = useQuery({ queryKey: keys.studies(search), queryFn: () => portal.studies(search) });
  // Exams older than the page's newest are looked for at the centre.
  const wanted = { view: 'site' as const, text: useDeferredValue(text.trim()) };
  const older = useQuery({ queryKey: keys.studies(wanted), queryFn: () => portal.searchStudies(wanted), enabled: wanted.text.length > 1 });
  const all = useMemo(() => {
    const newest = list.data?.items ?? [];
    const known = new Set(newest.map((row) => row.studyId));
    return [...newest, ...(older.data?.items ?? []).filter((row) => !known.has(row.studyId))].filter((row) => row.site === user.site);
  }, [list.data, older.data, user.site]);
  const rows = useMemo(() => all
    .filter((row) => inTab(row, tab) && (text === '' || row.patient.name.toLowerCase().includes(text.toLowerCase()) || row.accessionNumber?.includes(text) === true))
    .sort((a, b) => (tab === 'work' ? rank(a) - rank(b) || a.createdAt.localeCompare(b.createdAt) : b.createdAt.localeCompare(a.createdAt))), [all, tab, text]);
  const items = useQuery({ queryKey: keys.reference('items'), queryFn: portal.items, staleTime: Infinity });
  const devices = useQuery({ queryKey: [...keys.devices, user.site], queryFn: () => portal.devices(user.site), retry: false });

  const set = (change: Record<string, string | null>) => setParams((before) => {
    const next = new URLSearchParams(before);
    for (const [name, value] of Object.entries(change)) {
      if (value === null || value === '') next.delete(name);
      else next.set(name, value);
    }
    return next;
  }, { replace: true });
  const select = (id: string) => set({ id });
  const [keyed, setKeyed] = useRowKeys(rows.map((row) => row.studyId), { Enter: select });
  const chosen = params.get('id');
  const shown = all.find((row) => row.studyId === chosen) ?? rows.find((row) => row.studyId === keyed) ?? rows[0];
  useViewerKeys({ F2: () => setForm({}) });

  const emergency = async (item: string) => {
    try {
      const study = await portal.emergency({ site: user.site, item });
      void message.success(t('console.emergencyDone'));
      set({ tab: 'work', id: study.studyId });
      void list.refetch();
    } catch (error) {
      void message.error({ key: 'problem', content: problemText(error, t) });
    }
  };
  const own = new Set((devices.data ?? []).map((row) => row.device.profile.modality));
  const offered = (items.data ?? []).filter((item) => own.size === 0 || own.has(item.modality));

  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.console')}</h1>
        <Segmented size="small" value={tab} onChange={(value) => set({ tab: value, id: null })}
          options={tabs.map((each) => ({ value: each, label: t(`console.tab.${each}`, { count: all.filter((row) => inTab(row, each)).length }) }))} />
        <div className="filters">
          <SearchBox value={text} placeholder={t('list.search')} onChange={setText} />
          <Button icon={<PlusOutlined />} onClick={() => setForm({})} data-testid="register">{t('console.register')} <kbd>F2</kbd></Button>
          <Dropdown trigger={['click']} menu={{ items: offered.map((item) => ({ key: item.name, label: `${item.modality} ${item.name}`, onClick: () => void emergency(item.name) })) }}>
            <Button type="primary" icon={<ThunderboltFilled />} className="emergency" data-testid="emergency">{t('console.emergency')}</Button>
          </Dropdown>
        </div>
      </div>
      <Async loading={list.isPending} error={list.data === undefined ? list.error : null} onRetry={() => void list.refetch()}>
        <div className="split">
          <div className="split-list" role="listbox" aria-label={t('pages.console')}>
            {rows.length === 0 && <Nothing text={t(`console.empty.${tab}`)} />}
            {rows.map((row) => (
              <button key={row.studyId} type="button" role="option" aria-selected={row === shown} data-row-key={row.studyId} className={`card-row${row === shown ? ' current' : ''}`}
                onClick={() => {
                  setKeyed(row.studyId);
                  select(row.studyId);
                }}>
                <span className="card-row-top"><PatientText patient={row.patient} /><em>{t(`examPhase.${row.phase}`)}</em></span>
                <span><b className="modality">{row.modality}</b> {row.item ?? t('list.noItem')} {row.priority !== 'routine' && <PriorityTag priority={row.priority} />}</span>
                <span className="quiet">
                  {row.imagesAtCentre > 0 ? t('viewer.imageCount', { count: row.imagesAtCentre }) : row.accessionNumber ?? ''}
                  <Badges study={row} />
                  <span className="spacer" /><Waiting since={row.createdAt} />
                </span>
              </button>
            ))}
          </div>
          {shown === undefined
            ? <div className="detail"><Nothing text={t('console.pick')} /></div>
            : shown.phase === 'unmatched'
              ? <UnmatchedDetail key={shown.studyId} images={shown} rows={all} onRegister={() => setForm({ unmatched: shown })} onAttached={(study) => set({ tab: 'reports', id: study.studyId })} />
              : <CurrentExam key={shown.studyId} row={shown} unmatched={all.filter((row) => row.phase === 'unmatched' && row.modality === shown.modality)} />}
        </div>
      </Async>
      <KeyHints hints={[['↑ ↓', t('keys.move')], ['Enter', t('keys.open')], ['F2', t('console.register')]]} />
      {form !== null && (
        <ExamForm title={form.unmatched === undefined ? t('console.register') : t('console.registerAndAttach')} mode="register"
          send={(request, arrive) => portal.register(request, arrive)}
          known={form.unmatched === undefined ? undefined : { patient: form.unmatched.patient, modality: form.unmatched.modality }}
          onClose={() => setForm(null)}
          onDone={(study) => {
            const { unmatched } = form;
            setForm(null);
            if (unmatched === undefined) {
              set({ tab: 'work', id: study.studyId });
              void message.success(t('console.registered', { number: study.accessionNumber ?? '' }));
            } else {
              portal.attach(study.studyId, unmatched.studyId).then((attached) => {
                set({ tab: 'reports', id: attached.studyId });
                void message.success(t('console.attached'));
                void list.refetch();
              }, (error: unknown) => void message.error({ key: 'problem', content: problemText(error, t) }));
            }
          }} />
      )}
    </section>
  );
}
