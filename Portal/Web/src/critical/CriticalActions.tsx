import { Button, Checkbox, Form, Input, Modal, Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { CriticalValueRow, User } from '../api/types';
import { keys } from '../live/keys';
import { type CriticalStepName, stepsFor } from './phases';
import { useCriticalAction } from './useCritical';

interface Fields {
  text?: string;
  whom?: string;
  number?: string;
  reached?: boolean;
  readBack?: string;
}

/** Steps that need words, and whether they must have them. */
const worded: Record<CriticalStepName, 'none' | 'optional' | 'required' | 'call'> = {
  verify: 'optional', confirm: 'optional', refute: 'required', withdraw: 'required', receive: 'required', act: 'required', call: 'call',
};

export function CriticalActions({ row, user }: { row: CriticalValueRow; user: User }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<CriticalStepName | null>(null);
  const { value } = row;
  const run = useCriticalAction(value.criticalValueId, () => setAsking(null));
  const steps = stepsFor(value, user);
  if (steps.length === 0) return null;
  const main = steps.find((step) => step !== 'withdraw' && step !== 'refute');

  const submit = (step: CriticalStepName, fields: Fields) => {
    const text = fields.text?.trim() ?? '';
    switch (step) {
      case 'receive':
        return run.mutate({ kind: 'receive', readBack: text });
      case 'act':
        return run.mutate({ kind: 'act', action: text });
      case 'call':
        return run.mutate({
          kind: 'call',
          call: { whom: fields.whom ?? '', number: fields.number ?? '', reached: fields.reached ?? false, readBack: fields.reached === true ? fields.readBack?.trim() : undefined },
        });
      default:
        return run.mutate({ kind: step, reason: text === '' ? undefined : text });
    }
  };

  return (
    <Space wrap className="detail-actions">
      {steps.map((step) => (
        <Button key={step} type={step === main ? 'primary' : 'default'} danger={step === 'withdraw'} onClick={() => setAsking(step)}>{t(`critical.do.${step}`)}</Button>
      ))}
      {asking !== null && (
        <Modal open title={t(`critical.do.${asking}`)} footer={null} onCancel={() => setAsking(null)} destroyOnHidden>
          <Form<Fields> layout="vertical" onFinish={(fields) => submit(asking, fields)} initialValues={{ reached: true }}>
            {worded[asking] === 'call' ? <CallFields site={value.suspicion.site} /> : (
              <Form.Item name="text" label={t(`critical.words.${asking}`)} rules={worded[asking] === 'required' ? [{ required: true, whitespace: true, message: t('common.needed') }] : []}>
                <Input.TextArea rows={3} autoFocus />
              </Form.Item>
            )}
            <Button type="primary" htmlType="submit" loading={run.isPending} block>{t(`critical.do.${asking}`)}</Button>
          </Form>
        </Modal>
      )}
    </Space>
  );
}

/** 电话通报: whom of the site's roster, reached or not, and what was read back. */
function CallFields({ site }: { site: string }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Fields>();
  const reached = Form.useWatch('reached', form);
  const sites = useQuery({ queryKey: keys.sites, queryFn: portal.sites, retry: false });
  const roster = sites.data?.find((each) => each.site.profile.code === site)?.site.profile.roster ?? [];
  return (
    <>
      {roster.length > 0 && (
        <Form.Item label={t('critical.roster')}>
          <Select placeholder={t('critical.rosterHint')} onChange={(index: number) => {
            const person = roster[index];
            if (person !== undefined) form.setFieldsValue({ whom: person.name, number: person.phone });
          }} options={roster.map((person, index) => ({ value: index, label: `${t('critical.rung', { step: person.step + 1 })} ${person.name} ${person.phone}` }))} />
        </Form.Item>
      )}
      <Space.Compact block>
        <Form.Item name="whom" label={t('critical.whom')} rules={[{ required: true, whitespace: true, message: t('common.needed') }]} className="grow"><Input /></Form.Item>
        <Form.Item name="number" label={t('critical.number')} rules={[{ required: true, whitespace: true, message: t('common.needed') }]} className="grow"><Input /></Form.Item>
      </Space.Compact>
      <Form.Item name="reached" valuePropName="checked"><Checkbox>{t('critical.reached')}</Checkbox></Form.Item>
      {reached === true && (
        <Form.Item name="readBack" label={t('critical.readBack')} rules={[{ required: true, whitespace: true, message: t('common.needed') }]}>
          <Input.TextArea rows={2} />
        </Form.Item>
      )}
    </>
  );
}
