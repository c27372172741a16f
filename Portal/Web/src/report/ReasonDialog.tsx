import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../shared/problems';

interface Props {
  title: string;
  /** What is asked for; a reason where nothing else is said. */
  label?: string;
  danger?: boolean;
  optional?: boolean;
  onGiven: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function ReasonDialog({ title, label, danger, optional, onGiven, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ reason?: string }>();
  const [busy, setBusy] = useState(false);
  const give = async ({ reason }: { reason?: string }) => {
    setBusy(true);
    try {
      await onGiven(reason?.trim() ?? '');
      onClose();
    } catch (error) {
      void message.error({ key: 'problem', content: problemText(error, t) });
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} okText={title} okButtonProps={{ danger }} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose} destroyOnHidden width={460}>
      <Form form={form} layout="vertical" onFinish={(fields) => void give(fields)}>
        <Form.Item name="reason" label={label ?? t('common.reason')} rules={optional === true ? [] : [{ required: true, whitespace: true, message: t('common.needed') }]}>
          <Input.TextArea rows={3} autoFocus data-testid="reason" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
