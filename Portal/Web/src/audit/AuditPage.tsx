import { CheckCircleOutlined, CloseCircleFilled } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select, Table, Tag, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { portal } from '../api/portal';
import type { AuditEntry } from '../api/types';
import { keys } from '../live/keys';
import { SiteName } from '../shared/labels';
import { SearchBox } from '../shared/SearchBox';
import { Async, Nothing } from '../shared/states';
import { ruleText } from '../shared/problems';
import { stepText } from '../shared/steps';
import { timeText } from '../shared/time';

const periods = { hour: 3600, day: 86_400, week: 7 * 86_400, all: 0 } as const;
type Period = keyof typeof periods;

/** 审计: who did what when, on which object, from where, and whether it succeeded. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [opened] = useState(() => Date.now());
  const period = (Object.keys(periods) as Period[]).find((each) => each === params.get('period')) ?? 'day';
  const search = {
    user: params.get('user') ?? '', action: params.get('action') ?? '',
    since: periods[period] === 0 ? undefined : new Date(opened - periods[period] * 1000).toISOString(),
  };
  const log = useInfiniteQuery({
    queryKey: keys.audit(search),
    queryFn: ({ pageParam }) => portal.audit({ ...search, after: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    refetchInterval: 10_000,
  });
  const rows = log.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (name: string, value: string) => setParams((before) => {
    const next = new URLSearchParams(before);
    if (value === '') next.delete(name);
    else next.set(name, value);
    return next;
  }, { replace: true });
  const actionText = (action: string) => {
    const key = `auditAction.${action.replace(/[.-]/g, '_')}`;
    return i18n.exists(key) ? t(key as 'auditAction.login') : stepText(action);
  };
  /** An intention is written before the command, and stays alone where the centre fell over in between. */
  const lineText = (action: string) => (action.endsWith('.begun') ? actionText(action.slice(0, -'.begun'.length)) + t('auditAction.begun') : actionText(action));
  const columns: TableColumnsType<AuditEntry> = [
    { title: t('audit.time'), width: 160, render: (_, entry) => <span className="number">{timeText(entry.at, i18n.language, true)}</span> },
    { title: t('audit.user'), width: 120, render: (_, entry) => <a onClick={() => set('user', entry.userId)}>{entry.userId}</a> },
    { title: t('list.site'), width: 200, ellipsis: true, render: (_, entry) => (entry.site === '' ? '—' : <SiteName code={entry.site} />) },
    { title: t('audit.action'), width: 220, render: (_, entry) => <a onClick={() => set('action', entry.action)}>{lineText(entry.action)}</a> },
    { title: t('audit.target'), ellipsis: true, render: (_, entry) => (entry.target?.startsWith('study:') === true ? <Link to={`/read/${encodeURIComponent(entry.target)}`}><code>{entry.target}</code></Link> : <code>{entry.target ?? '—'}</code>) },
    { title: t('audit.outcome'), width: 220, ellipsis: true, render: (_, entry) => (entry.success ? <span className="quiet"><CheckCircleOutlined /> {t('audit.succeeded')}</span> : <span className="overdue"><CloseCircleFilled /> {entry.rule == null ? t('audit.refused') : ruleText(entry.rule) ?? entry.rule}</span>) },
    { title: t('audit.address'), width: 130, render: (_, entry) => entry.address ?? '—' },
  ];
  return (
    <section className="page">
      <div className="page-head">
        <h1>{t('pages.audit')}</h1>
        <div className="filters">
          <SearchBox value={search.user} placeholder={t('audit.user')} onChange={(text) => set('user', text)} />
          {search.action !== '' && <Tag closable onClose={() => set('action', '')}>{lineText(search.action)}</Tag>}
          <Select size="small" value={period} onChange={(value) => set('period', value)} className="filter-modality"
            options={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`audit.period.${value}`) }))} />
        </div>
      </div>
      <Async loading={log.isPending} error={log.data === undefined ? log.error : null} onRetry={() => void log.refetch()}>
        <div className="page-scroll">
          <Table<AuditEntry> className="dense" size="small" sticky rowKey="sequence" columns={columns} dataSource={rows} pagination={false}
            locale={{ emptyText: <Nothing text={t('audit.empty')} /> }} />
          {log.hasNextPage && <Button block type="text" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>{t('audit.more')}</Button>}
        </div>
      </Async>
    </section>
  );
}
