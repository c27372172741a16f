import { Button, Dropdown, Input, Radio, Select, Tag } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useQuery } from '@tanstack/react-query';
import { DownOutlined } from '@ant-design/icons';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { ReportTemplate, ReportText, Study } from '../api/types';
import { keys } from '../live/keys';
import { Checks } from './Checks';
import { insertAt, nextField, unfilled } from './fields';

interface Props {
  study: Study;
  text: ReportText;
  onChange: (text: ReportText) => void;
}

type Part = 'findings' | 'impression';

/** Templates that fit come first; the others stay within reach. */
function ordered(templates: ReportTemplate[], modality: string, bodyPart: string | null): [ReportTemplate[], ReportTemplate[]] {
  const fits = (template: ReportTemplate) => template.modality === modality && (bodyPart === null || template.bodyPart === bodyPart);
  const near = (template: ReportTemplate) => template.modality === modality;
  const exact = templates.filter(fits);
  const fitting = exact.length > 0 ? exact : templates.filter(near);
  return [fitting, templates.filter((template) => !fitting.includes(template))];
}

export function ReportEditor({ study, text, onChange }: Props) {
  const { t } = useTranslation();
  const templates = useQuery({ queryKey: keys.reference('templates'), queryFn: portal.templates, staleTime: Infinity });
  const phrases = useQuery({ queryKey: keys.reference('phrases'), queryFn: portal.phrases, staleTime: Infinity });
  const findings = useRef<TextAreaRef>(null);
  const impression = useRef<TextAreaRef>(null);
  const last = useRef<Part>('findings');
  const [select, setSelect] = useState<{ part: Part; range: [number, number] } | null>(null);

  const modality = study.request?.modality ?? study.images[0]?.modality ?? '';
  const [fitting, others] = ordered(templates.data ?? [], modality, study.request?.bodyPart ?? null);

  const element = (part: Part) => (part === 'findings' ? findings : impression).current?.resizableTextArea?.textArea ?? null;
  useEffect(() => {
    if (select === null) return;
    const area = (select.part === 'findings' ? findings : impression).current?.resizableTextArea?.textArea;
    area?.focus();
    area?.setSelectionRange(...select.range);
  }, [select]);

  const use = (id: string) => {
    const template = templates.data?.find((each) => each.id === id);
    if (template === undefined) return;
    onChange({ ...text, templateId: id, findings: template.findings, impression: template.impression });
    const first = nextField(template.findings, 0);
    if (first !== null) setSelect({ part: 'findings', range: [first.start, first.end] });
  };

  const insert = (phrase: string) => {
    const part = last.current;
    const area = element(part);
    const at = area?.selectionStart ?? text[part].length;
    const { text: next, selection } = insertAt(text[part], at, area?.selectionEnd ?? at, phrase);
    onChange({ ...text, [part]: next });
    setSelect({ part, range: selection });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Tab' || event.ctrlKey || event.altKey) return;
    const area = event.currentTarget;
    const { value } = area;
    const field = event.shiftKey
      ? nextField(value, area.selectionStart, true)
      : nextField(value, area.selectionEnd);
    const onward = field !== null && (event.shiftKey ? field.end <= area.selectionStart : field.start >= area.selectionEnd);
    if (field === null || !onward) return;
    event.preventDefault();
    area.setSelectionRange(field.start, field.end);
  };

  const area = (part: Part, minRows: number, maxRows: number) => (
    <label className={`report-part report-${part}`}>
      <span>
        {t(`report.${part}`)}
        {unfilled(text[part]).length > 0 && <Tag className="tight">{t('report.unfilled', { count: unfilled(text[part]).length })}</Tag>}
      </span>
      <Input.TextArea ref={part === 'findings' ? findings : impression} value={text[part]} autoSize={{ minRows, maxRows }} data-testid={part} spellCheck={false}
        onFocus={() => { last.current = part; }} onKeyDown={onKeyDown} onChange={(event) => onChange({ ...text, [part]: event.target.value })} />
    </label>
  );

  return (
    <div className="report-editor">
      <div className="report-tools">
        <Select size="small" className="grow" placeholder={t('report.template')} value={text.templateId} onChange={use} showSearch={{ optionFilterProp: 'label' }} data-testid="template"
          loading={templates.isPending} options={[
            { label: t('report.templatesFitting'), options: fitting.map((each) => ({ value: each.id, label: each.name })) },
            { label: t('report.templatesOther'), options: others.map((each) => ({ value: each.id, label: each.name })) },
          ].filter((group) => group.options.length > 0)} />
        <Dropdown trigger={['click']} menu={{ items: (phrases.data ?? []).map((phrase, index) => ({ key: index, label: phrase, onClick: () => insert(phrase) })) }}>
          <Button size="small">{t('report.phrases')} <DownOutlined /></Button>
        </Dropdown>
      </div>
      {area('findings', 6, 12)}
      {area('impression', 3, 7)}
      <div className="report-flags">
        <span>{t('report.positive')}</span>
        <Radio.Group size="small" optionType="button" value={text.positive} onChange={(event) => onChange({ ...text, positive: event.target.value as boolean })}
          options={[{ value: true, label: t('report.positiveYes') }, { value: false, label: t('report.positiveNo') }]} />
        <span className="quiet">{t('report.tabHint')}</span>
      </div>
      <Checks text={text} study={study} />
    </div>
  );
}
