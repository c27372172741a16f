import { AlertFilled, PhoneFilled } from '@ant-design/icons';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { CriticalValueRow } from '../api/types';
import { useUser } from '../auth/session';
import { PatientText } from '../shared/labels';
import { maySee } from '../shared/roles';
import { CriticalClocks } from './CriticalClock';
import { awaitsAction, concerns, owesCall } from './phases';
import { useCriticalAction, useOpenCritical } from './useCritical';

/**
 * Covers any page of the people who have to answer, without a sound, until somebody receives the value. Put aside it stays as a bar at the
 * foot of the page; a new value covers the page again.
 */
export function CriticalAlert() {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const open = useOpenCritical(maySee(user, 'critical'));
  const [aside, setAside] = useState<ReadonlySet<string>>(new Set());

  const calling = open.filter((row) => concerns(row.value, user));
  const shown = calling.find((row) => !aside.has(row.value.criticalValueId));
  const phone = open.filter((row) => owesCall(row.value, user));
  const acting = open.filter((row) => awaitsAction(row.value) && row.value.suspicion.site === user.site && maySee(user, 'exams'));
  const barred = calling.length > 0 ? calling : acting.length > 0 ? acting : phone;
  const kind = calling.length > 0 ? 'receive' : acting.length > 0 ? 'act' : 'phone';
  const first = barred[0];

  return (
    <>
      {shown !== undefined && <Alarm key={shown.value.criticalValueId} row={shown} onAside={() => setAside(new Set(aside).add(shown.value.criticalValueId))} />}
      {shown === undefined && first !== undefined && (
        <button type="button" className={`critical-bar critical-bar-${kind}`} onClick={() => {
          setAside(new Set());
          void navigate(`/critical?id=${encodeURIComponent(first.value.criticalValueId)}`);
        }}>
          {kind === 'phone' ? <PhoneFilled /> : <AlertFilled />}
          {t(`critical.bar.${kind}`, { count: barred.length })}
          <span>{first.value.suspicion.entryName} · {first.patient.name}</span>
        </button>
      )}
    </>
  );
}

function Alarm({ row, onAside }: { row: CriticalValueRow; onAside: () => void }) {
  const { t } = useTranslation();
  const [readBack, setReadBack] = useState('');
  const { value } = row;
  const receive = useCriticalAction(value.criticalValueId);
  const send = () => {
    if (readBack.trim() !== '') receive.mutate({ kind: 'receive', readBack: readBack.trim() });
  };
  return (
    <Modal open closable={false} keyboard={false} mask={{ closable: false }} width={620} className="alarm" zIndex={2000} centered
      title={<span><AlertFilled /> {t('critical.alarm')}</span>}
      footer={[
        <Button key="aside" onClick={onAside}>{t('critical.aside')}</Button>,
        <Button key="receive" type="primary" danger loading={receive.isPending} disabled={readBack.trim() === ''} onClick={send}>{t('critical.receive')}</Button>,
      ]}>
      <h2>{value.suspicion.entryName}</h2>
      <p className="alarm-who"><PatientText patient={row.patient} /> · {row.item ?? '—'}</p>
      {value.suspicion.note !== '' && <blockquote>{value.suspicion.note}</blockquote>}
      <CriticalClocks value={value} />
      <label className="field">
        <span>{t('critical.readBack')}</span>
        <Input.TextArea autoFocus rows={2} value={readBack} placeholder={t('critical.readBackHint')} onChange={(event) => setReadBack(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter' && event.ctrlKey) send(); }} />
      </label>
    </Modal>
  );
}
