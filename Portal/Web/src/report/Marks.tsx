import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportText, TextTrace } from '../api/types';
import { stepText } from '../shared/steps';
import { timeText } from '../shared/time';
import { changed, diffOf } from './diff';

function Marked({ before, after }: { before: string; after: string }) {
  return (
    <p className="marks-text">
      {diffOf(before, after).map((part, index) => (part.kind === 'same'
        ? <span key={index}>{part.text}</span>
        : part.kind === 'added' ? <ins key={index}>{part.text}</ins> : <del key={index}>{part.text}</del>))}
    </p>
  );
}

/** 修改痕迹: the text beside what it was when it last left its writer's hands, or at any trace before. */
export function Marks({ traces, text }: { traces: TextTrace[]; text: ReportText }) {
  const { t, i18n } = useTranslation();
  const [index, setIndex] = useState(Math.max(0, traces.length - 1));
  const base = traces[index];
  if (base === undefined) return null;
  const untouched = !changed(diffOf(base.text.findings, text.findings)) && !changed(diffOf(base.text.impression, text.impression));
  return (
    <section className="marks" data-testid="marks">
      <header>
        <b>{t('report.marks')}</b>
        {traces.length > 1 && (
          <Segmented size="small" value={index} onChange={setIndex}
            options={traces.map((trace, at) => ({ value: at, label: `${stepText(trace.event)} ${trace.byName}`, title: timeText(trace.at, i18n.language, true) }))} />
        )}
        <span className="quiet">{t('report.marksBase', { who: base.byName, time: timeText(base.at, i18n.language) })}</span>
      </header>
      {untouched ? <p className="quiet">{t('report.noMarks')}</p> : (
        <>
          <small>{t('report.findings')}</small><Marked before={base.text.findings} after={text.findings} />
          <small>{t('report.impression')}</small><Marked before={base.text.impression} after={text.impression} />
        </>
      )}
    </section>
  );
}
