import { App, Alert, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../shared/problems';

interface Props {
  title: string;
  note?: string;
  /** Words that go with the signature, asked for where given. */
  words?: string;
  onSign: (password: string, words: string) => Promise<void>;
  onClose: () => void;
}

/** The password proves that the signer is here, at the moment of signing. */
export function SignDialog({ title, note, words, onSign, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ password: string; words?: string }>();
  const [busy, setBusy] = useState(false);
  const sign = async (fields: { password: string; words?: string }) => {
    setBusy(true);
    try {
      await onSign(fields.password, fields.words?.trim() ?? '');
    } catch (error) {
      void message.error({ key: 'problem', content: problemText(error, t) });
      form.setFieldValue('password', '');
      setBusy(false);
    }
  };
  return (
    <Modal open title={title} okText={t('report.sign')} confirmLoading={busy} onOk={() => form.submit()} onCancel={onClose} destroyOnHidden width={words === undefined ? 420 : 560}>
      <Form form={form} layout="vertical" onFinish={(fields) => void sign(fields)}>
        {note !== undefined && <Form.Item><Alert type="warning" showIcon message={note} /></Form.Item>}
        {words !== undefined && (
          <Form.Item name="words" label={words} rules={[{ required: true, whitespace: true, message: t('common.needed') }]}><Input.TextArea rows={5} autoFocus /></Form.Item>
        )}
        <Form.Item name="password" label={t('report.password')} extra={t('report.passwordHint')} rules={[{ required: true, message: t('common.needed') }]}>
          <Input.Password autoFocus={words === undefined} autoComplete="current-password" data-testid="sign-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
