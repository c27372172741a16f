import { App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../shared/problems';

interface Fields {
  reason: string;
  username: string;
  password: string;
}

interface Props {
  onGiven: (reason: string, secondPerson: { username: string; password: string }) => Promise<unknown>;
  onClose: () => void;
}

/** 患者错误: two people, both here. The second one signs with their own password; one of the two is a steward. */
export function DetachDialog({ onGiven, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const need = { required: true, whitespace: true, message: t('common.needed') };
  const give = async ({ reason, username, password }: Fields) => {
    setBusy(true);
    try {
      await onGiven(reason.trim(), { username: username.trim(), password });
      onClose();
    } catch (error) {
      void message.error({ key: 'problem', content: problemText(error, t) });
      form.setFieldValue('password', '');
      setBusy(false);
    }
  };
  return (
    <Modal open title={t('console.do.detach')} okText={t('console.do.detach')} okButtonProps={{ danger: true }} confirmLoading={busy} width={460} destroyOnHidden
      onOk={() => form.submit()} onCancel={onClose}>
      <p className="quiet">{t('console.detachHint')}</p>
      <Form<Fields> form={form} layout="vertical" autoComplete="off" onFinish={(fields) => void give(fields)}>
        <Form.Item name="reason" label={t('common.reason')} rules={[need]}><Input.TextArea rows={2} autoFocus data-testid="reason" /></Form.Item>
        <Form.Item name="username" label={t('console.secondPerson')} rules={[need]}><Input autoComplete="off" data-testid="second-user" /></Form.Item>
        <Form.Item name="password" label={t('console.secondPassword')} rules={[{ required: true, message: t('common.needed') }]}>
          <Input.Password autoComplete="new-password" data-testid="second-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
