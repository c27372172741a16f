import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Col, DatePicker, Drawer, Form, Input, Radio, Row, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type NewExam, portal } from '../api/portal';
import type { PatientLabel, PatientRow, Priority, Sex, Study } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';
import { PatientSearch } from './PatientSearch';

interface Fields {
  name: string;
  sex: Sex;
  birthDate?: Dayjs | null;
  nationalId?: string;
  phone?: string;
  localId?: string;
  item: string;
  side?: string;
  stationAe?: string;
  priority: Priority;
  purpose: string;
  history?: string;
  clinicalDiagnosis?: string;
  flags?: string[];
  arrive?: boolean;
}

interface Props {
  title: string;
  /** The desk registers and checks in; a clinician only asks. */
  mode: 'register' | 'request';
  /** Filled in beforehand, as from images that nobody announced. */
  evidence?: { patient: PatientLabel; modality: string };
  onClose: () => void;
  onDone: (study: Study) => void;
}

const flagNames = ['infection', 'mdro', 'pregnancy', 'allergy', 'implant', 'fall'] as const;

export function ExamForm({ title, mode, evidence, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const user = useUser();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [patient, setPatient] = useState<PatientRow | null>(null);
  const items = useQuery({ queryKey: keys.reference('items'), queryFn: portal.items, staleTime: Infinity });
  const devices = useQuery({ queryKey: [...keys.devices, user.site], queryFn: () => portal.devices(user.site), retry: false });
  const chosen = Form.useWatch('item', form);
  const item = items.data?.find((each) => each.name === chosen);
  const own = new Set((devices.data ?? []).filter((row) => row.device.profile.site === user.site).map((row) => row.device.profile.modality));
  const offered = (items.data ?? []).filter((each) => (own.size === 0 || own.has(each.modality)) && (evidence === undefined || each.modality === evidence.modality));
  const stations = (devices.data ?? []).filter((row) => row.device.profile.site === user.site && row.device.profile.modality === item?.modality);

  const send = useMutation({
    mutationFn: (fields: Fields) => {
      const request: NewExam = {
        site: user.site, item: fields.item, modality: item?.modality, bodyPart: item?.bodyPart, side: fields.side, priority: fields.priority,
        purpose: fields.purpose.trim(), history: fields.history?.trim(), clinicalDiagnosis: fields.clinicalDiagnosis?.trim(), flags: fields.flags ?? [], stationAe: fields.stationAe,
        ...(patient === null
          ? {
            patient: {
              demographics: {
                name: fields.name.trim(), sex: fields.sex, birthDate: fields.birthDate?.format('YYYY-MM-DD') ?? null,
                nationalId: fields.nationalId?.trim() || null, phone: fields.phone?.trim() || null, provisional: false,
              },
              localIds: fields.localId?.trim() ? [{ issuer: user.site, value: fields.localId.trim() }] : [],
            },
          }
          : { patientId: patient.patientId }),
      };
      return portal.register(request, true, mode === 'register' && fields.arrive === true);
    },
    onSuccess: (study) => {
      void client.invalidateQueries({ queryKey: keys.studies() });
      onDone(study);
    },
    onError: (error) => void message.error(problemText(error, t)),
  });

  const pick = (row: PatientRow | null) => {
    setPatient(row);
    if (row !== null) {
      const { name, sex, birthDate, phone, nationalId } = row.demographics;
      form.setFieldsValue({ name, sex, birthDate: birthDate == null ? null : dayjs(birthDate), phone: phone ?? '', nationalId: nationalId ?? '' });
    }
  };

  const need = { required: true, message: t('common.needed') };
  return (
    <Drawer open title={title} onClose={onClose} size={640} destroyOnHidden
      footer={(
        <Space className="drawer-foot">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={send.isPending} onClick={() => form.submit()} data-testid="exam-submit">{title}</Button>
        </Space>
      )}>
      <Form<Fields> form={form} layout="vertical" size="middle" onFinish={(fields) => send.mutate(fields)} scrollToFirstError initialValues={{
        sex: evidence?.patient.sex ?? 'M', name: evidence?.patient.name, birthDate: evidence?.patient.birthDate == null ? null : dayjs(evidence.patient.birthDate),
        priority: 'routine', arrive: true, purpose: '', flags: [],
      }}>
        <PatientSearch picked={patient} onPick={pick} initial={evidence?.patient.name} />
        <Row gutter={12}>
          <Col span={8}><Form.Item name="name" label={t('exam.name')} rules={[{ ...need, whitespace: true }]}><Input disabled={patient !== null} data-testid="patient-name" /></Form.Item></Col>
          <Col span={8}>
            <Form.Item name="sex" label={t('exam.sex')} rules={[need]}>
              <Radio.Group disabled={patient !== null} optionType="button" options={(['M', 'F', 'U'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))} />
            </Form.Item>
          </Col>
          <Col span={8}><Form.Item name="birthDate" label={t('exam.birthDate')}><DatePicker disabled={patient !== null} className="full" /></Form.Item></Col>
          <Col span={8}><Form.Item name="phone" label={t('exam.phone')}><Input disabled={patient !== null} /></Form.Item></Col>
          <Col span={8}><Form.Item name="nationalId" label={t('exam.nationalId')}><Input disabled={patient !== null} maxLength={18} /></Form.Item></Col>
          <Col span={8}><Form.Item name="localId" label={t('exam.localId')}><Input disabled={patient !== null} maxLength={64} /></Form.Item></Col>
        </Row>
        <Row gutter={12}>
          <Col span={12}>
            <Form.Item name="item" label={t('exam.item')} rules={[need]} extra={item === undefined || item.preparation === '' ? undefined : t('exam.preparation', { text: item.preparation })}>
              <Select showSearch data-testid="item" loading={items.isPending} onChange={() => form.setFieldsValue({ side: undefined, stationAe: undefined })}
                options={offered.map((each) => ({ value: each.name, label: `${each.modality} ${each.name}` }))} />
            </Form.Item>
          </Col>
          <Col span={6}>
            <Form.Item name="side" label={t('exam.side')} rules={item?.sideRequired === true ? [need] : []}>
              <Select allowClear disabled={item?.sideRequired !== true} options={(['L', 'R', 'B'] as const).map((value) => ({ value, label: t(`side.${value}`) }))} />
            </Form.Item>
          </Col>
          <Col span={6}>
            <Form.Item name="stationAe" label={t('exam.station')}>
              <Select allowClear placeholder={t('exam.anyStation')} options={stations.map(({ device }) => ({ value: device.profile.aeTitle, label: device.profile.name, disabled: !device.inService }))} />
            </Form.Item>
          </Col>
        </Row>
        <Form.Item name="priority" label={t('list.priority')}>
          <Radio.Group optionType="button" options={(['routine', 'urgent', 'emergency'] as const).map((value) => ({ value, label: t(`priority.${value}`) }))} />
        </Form.Item>
        <Form.Item name="purpose" label={t('exam.purpose')} rules={mode === 'request' ? [{ ...need, whitespace: true }] : []}><Input.TextArea autoSize={{ minRows: 1, maxRows: 3 }} data-testid="purpose" /></Form.Item>
        <Row gutter={12}>
          <Col span={12}><Form.Item name="history" label={t('exam.history')}><Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} /></Form.Item></Col>
          <Col span={12}><Form.Item name="clinicalDiagnosis" label={t('exam.clinicalDiagnosis')}><Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} /></Form.Item></Col>
        </Row>
        <Form.Item name="flags" label={t('exam.flags')}>
          <Checkbox.Group options={flagNames.map((value) => ({ value, label: t(`flag.${value}`) }))} />
        </Form.Item>
        {mode === 'register' && <Form.Item name="arrive" valuePropName="checked"><Checkbox>{t('exam.arriveNow')}</Checkbox></Form.Item>}
      </Form>
    </Drawer>
  );
}
