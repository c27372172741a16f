import { SearchOutlined, UserAddOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, AutoComplete, Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { PatientHit } from '../api/types';
import { keys } from '../live/keys';
import { PatientText } from '../shared/labels';

interface Props {
  picked: PatientHit | null;
  /** With what was asked: the national id that found somebody unknown here. */
  onPick: (row: PatientHit | null, asked: string) => void;
  initial?: string;
}

/** Finds a person the region knows. Identity is never linked by itself: picking one is a person's decision. */
export function PatientSearch({ picked, onPick, initial = '' }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(initial);
  const [asked, setAsked] = useState(initial);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(text.trim()), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  const found = useQuery({ queryKey: keys.patients(asked), queryFn: () => portal.patients(asked), enabled: asked.length > 0 && picked === null });
  if (picked !== null) {
    return (
      <Alert className="picked" type="success" showIcon message={<PatientText patient={picked.demographics} />}
        description={picked.masked ? t('exam.masked') : picked.localIds.map((local) => `${local.issuer} ${local.value}`).join(' · ')}
        action={<Button size="small" icon={<UserAddOutlined />} onClick={() => onPick(null, '')}>{t('exam.newPatient')}</Button>} />
    );
  }
  return (
    <AutoComplete className="picked full" value={text} onChange={(value: string) => setText(value)} data-testid="patient-search"
      onSelect={(patientId: string) => {
        const row = found.data?.find((each) => each.patientId === patientId);
        if (row !== undefined) {
          setText('');
          onPick(row, asked);
        }
      }}
      options={(found.data ?? []).map((row) => ({
        value: row.patientId,
        label: <span className="option"><PatientText patient={row.demographics} /><small>{row.demographics.birthDate ?? ''} {row.masked ? t('exam.masked') : row.localIds.map((local) => local.value).join(' ')}</small></span>,
      }))}>
      <Input prefix={<SearchOutlined />} placeholder={t('exam.searchPatient')} autoFocus />
    </AutoComplete>
  );
}
