import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Col, Drawer, Form, Input, Radio, Row, Select, Space } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { type NewExam, portal } from '../api/portal';
import type { PatientLabel, Priority, Study } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { PatientFields, type PatientValues, usePicked, whoOf } from './PatientFields';
import { useOtherPerson } from './useOtherPerson';

interface Fields extends PatientValues {
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
  /** The desk registers and checks in; a clinician only asks; 补申请 fills in what an emergency left open. */
  mode: 'register' | 'request' | 'supply';
  /** Known beforehand, as from images that nobody announced. */
  known?: { patient: PatientLabel; patientId?: string | null; modality?: string; item?: string | null; priority?: Priority };
  send: (request: NewExam, arrive: boolean) => Promise<Study>;
  onClose: () => void;
  onDone: (study: Study) => void;
}

const flagNames = ['infection', 'mdro', 'pregnancy', 'allergy', 'implant', 'fall'] as const;

export function ExamForm({ title, mode, known, send, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [picked, setPicked] = usePicked();
  const refused = useOtherPerson(setPicked);
  const items = useQuery({ queryKey: keys.reference('items'), queryFn: portal.items, staleTime: Infinity });
  const devices = useQuery({ queryKey: [...keys.devices, user.site], queryFn: () => portal.devices(user.site), retry: false });
  const chosen = Form.useWatch('item', form);
  const item = items.data?.find((each) => each.name === chosen);
  const own = new Set((devices.data ?? []).map((row) => row.device.profile.modality));
  const offered = (items.data ?? []).filter((each) => (own.size === 0 || own.has(each.modality)) && (known?.modality === undefined || each.modality === known.modality));
  const stations = (devices.data ?? []).filter((row) => row.device.profile.modality === item?.modality);
  const fixed = mode === 'supply' && known?.patientId != null ? known.patientId : null;

  const save = useMutation({
    mutationFn: (fields: Fields) => send({
      site: user.site, item: fields.item, modality: item?.modality, bodyPart: item?.bodyPart, side: fields.side, priority: fields.priority,
      purpose: fields.purpose.trim(), history: fields.history?.trim(), clinicalDiagnosis: fields.clinicalDiagnosis?.trim(), flags: fields.flags ?? [],
      stationAe: fields.stationAe, ...(fixed === null ? whoOf(fields, picked, user.site) : { patientId: fixed }),
    }, mode === 'register' && fields.arrive === true),
    onSuccess: (study) => {
      void client.invalidateQueries({ queryKey: keys.studies() });
      onDone(study);
    },
    onError: refused,
  });

  const need = { required: true, message: t('common.needed') };
  return (
    <Drawer open title={title} onClose={onClose} size={640} destroyOnHidden
      footer={(
        <Space className="drawer-foot">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()} data-testid="exam-submit">{title}</Button>
        </Space>
      )}>
      <Form<Fields> form={form} layout="vertical" onFinish={(fields) => save.mutate(fields)} scrollToFirstError initialValues={{
        sex: known?.patient.sex ?? 'M', name: known?.patient.name, birthDate: known?.patient.birthDate == null ? null : dayjs(known.patient.birthDate),
        item: known?.item ?? undefined, priority: known?.priority ?? 'routine', arrive: true, purpose: '', flags: [],
      }}>
        {fixed === null && <PatientFields picked={picked} onPick={setPicked} initial={known?.patient.name} />}
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
        <Form.Item name="purpose" label={t('exam.purpose')} rules={mode === 'register' ? [] : [{ ...need, whitespace: true }]}><Input.TextArea autoSize={{ minRows: 1, maxRows: 3 }} data-testid="purpose" /></Form.Item>
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
