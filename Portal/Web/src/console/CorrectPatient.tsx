import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Col, DatePicker, Form, Input, Modal, Radio, Row } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Demographics, Patient, Sex } from '../api/types';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';
import { Async } from '../shared/states';

interface Fields {
  name: string;
  pinyin?: string | null;
  sex: Sex;
  birthDate?: Dayjs | null;
  nationalId?: string | null;
  phone?: string | null;
  address?: string | null;
  reason: string;
}

const blank = (text: string | null | undefined) => (text == null || text.trim() === '' ? null : text.trim());

/** What the form says, on top of what was known. */
function corrected(before: Demographics, fields: Fields): Demographics {
  return {
    ...before, name: fields.name.trim(), sex: fields.sex, birthDate: fields.birthDate?.format('YYYY-MM-DD') ?? null, pinyin: blank(fields.pinyin),
    nationalId: blank(fields.nationalId), phone: blank(fields.phone), address: blank(fields.address),
  };
}

/** 更正患者信息: the same person, written down rightly. Another person is 确认身份 or 患者错误. */
export function CorrectPatient({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const patient = useQuery({ queryKey: keys.patient(patientId), queryFn: () => portal.patient(patientId), staleTime: 0 });
  const [form] = Form.useForm<Fields>();
  const { message } = App.useApp();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: ({ known, fields }: { known: Patient; fields: Fields }) =>
      portal.correctPatient(patientId, corrected(known.demographics, fields), fields.reason.trim(), known.version),
    onSuccess: async () => {
      void message.success(t('console.patientCorrected'));
      await Promise.all([keys.patient(patientId), keys.studies(), ['study']].map((queryKey) => client.invalidateQueries({ queryKey })));
      onClose();
    },
    onError: (error) => {
      void message.error({ key: 'problem', content: problemText(error, t) });
      void patient.refetch();
    },
  });
  const need = { required: true, whitespace: true, message: t('common.needed') };
  const known = patient.data;
  return (
    <Modal open title={t('console.do.correct-patient')} okText={t('console.do.correct-patient')} okButtonProps={{ disabled: known === undefined }} width={640}
      confirmLoading={save.isPending} destroyOnHidden onOk={() => form.submit()} onCancel={onClose}>
      <Async loading={patient.isPending} error={known === undefined ? patient.error : null} onRetry={() => void patient.refetch()}>
        {known !== undefined && (
          <Form<Fields> form={form} layout="vertical" onFinish={(fields) => save.mutate({ known, fields })} initialValues={{
            ...known.demographics, birthDate: known.demographics.birthDate == null ? null : dayjs(known.demographics.birthDate),
          }}>
            <Row gutter={12}>
              <Col span={8}><Form.Item name="name" label={t('exam.name')} rules={[need]}><Input data-testid="correct-name" /></Form.Item></Col>
              <Col span={8}><Form.Item name="pinyin" label={t('exam.pinyin')}><Input /></Form.Item></Col>
              <Col span={8}>
                <Form.Item name="sex" label={t('exam.sex')} rules={[{ required: true, message: t('common.needed') }]}>
                  <Radio.Group optionType="button" options={(['M', 'F', 'U'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))} />
                </Form.Item>
              </Col>
              <Col span={8}><Form.Item name="birthDate" label={t('exam.birthDate')}><DatePicker className="full" /></Form.Item></Col>
              <Col span={8}><Form.Item name="nationalId" label={t('exam.nationalId')}><Input maxLength={18} /></Form.Item></Col>
              <Col span={8}><Form.Item name="phone" label={t('exam.phone')}><Input /></Form.Item></Col>
              <Col span={24}><Form.Item name="address" label={t('exam.address')}><Input /></Form.Item></Col>
            </Row>
            <Form.Item name="reason" label={t('common.reason')} rules={[need]}><Input.TextArea rows={2} data-testid="reason" /></Form.Item>
          </Form>
        )}
      </Async>
    </Modal>
  );
}
