import { Col, DatePicker, Form, Input, Radio, Row } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Who } from '../api/portal';
import type { PatientHit, Sex } from '../api/types';
import { PatientSearch } from './PatientSearch';

export interface PatientValues {
  name: string;
  sex: Sex;
  birthDate?: Dayjs | null;
  nationalId?: string;
  phone?: string;
  localId?: string;
}

/** Who it is, as a command says it: somebody whom the region knows, or somebody new. */
export function whoOf(fields: PatientValues, picked: PatientHit | null, site: string): Who {
  const blank = (text: string | undefined) => (text === undefined || text.trim() === '' ? null : text.trim());
  const nationalId = blank(fields.nationalId);
  // Somebody whom no hospital here knows yet is booked with the card in hand.
  const localId = blank(fields.localId);
  const localIds = localId === null ? [] : [{ issuer: site, value: localId }];
  if (picked !== null) return { patientId: picked.patientId, localIds, ...(picked.masked && nationalId !== null ? { nationalId } : {}) };
  return {
    patient: {
      demographics: {
        name: fields.name.trim(), pinyin: null, address: null, sex: fields.sex, birthDate: fields.birthDate?.format('YYYY-MM-DD') ?? null,
        nationalId, phone: blank(fields.phone), provisional: false,
      },
      localIds,
    },
  };
}

interface Props {
  picked: PatientHit | null;
  onPick: (row: PatientHit | null) => void;
  initial?: string;
}

/** A patient found or written down; stands inside a form. */
export function PatientFields({ picked, onPick, initial }: Props) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<PatientValues>();
  const need = { required: true, message: t('common.needed') };
  const locked = picked !== null;
  const pick = (row: PatientHit | null, asked: string) => {
    onPick(row);
    if (row === null) return;
    const { name, sex, birthDate, phone, nationalId } = row.demographics;
    form.setFieldsValue({ name, sex, birthDate: birthDate == null ? null : dayjs(birthDate), phone: phone ?? '', nationalId: nationalId ?? (row.masked ? asked : '') });
  };
  return (
    <>
      <PatientSearch picked={picked} onPick={pick} initial={initial} />
      <Row gutter={12}>
        <Col span={8}><Form.Item name="name" label={t('exam.name')} rules={[{ ...need, whitespace: true }]}><Input disabled={locked} data-testid="patient-name" /></Form.Item></Col>
        <Col span={8}>
          <Form.Item name="sex" label={t('exam.sex')} rules={[need]}>
            <Radio.Group disabled={locked} optionType="button" options={(['M', 'F', 'U'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))} />
          </Form.Item>
        </Col>
        <Col span={8}><Form.Item name="birthDate" label={t('exam.birthDate')}><DatePicker disabled={locked} className="full" /></Form.Item></Col>
        <Col span={8}><Form.Item name="phone" label={t('exam.phone')}><Input disabled={locked} /></Form.Item></Col>
        <Col span={8}><Form.Item name="nationalId" label={t('exam.nationalId')}><Input disabled={locked} maxLength={18} /></Form.Item></Col>
        <Col span={8}><Form.Item name="localId" label={t('exam.localId')}><Input maxLength={64} /></Form.Item></Col>
      </Row>
    </>
  );
}

/** The picked patient of a form. */
export function usePicked(): [PatientHit | null, (row: PatientHit | null) => void] {
  return useState<PatientHit | null>(null);
}
