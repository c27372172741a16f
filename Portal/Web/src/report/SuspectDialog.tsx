import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Study } from '../api/types';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';
import { secondsOf } from '../shared/time';

/** Raises a critical value by an entry of the dictionary; independent of the report. */
export function SuspectDialog({ study, onClose }: { study: Study; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<{ entryId: string; note: string }>();
  const entries = useQuery({ queryKey: keys.reference('critical-entries'), queryFn: portal.criticalEntries, staleTime: Infinity });
  const modality = study.request?.modality ?? study.images[0]?.modality ?? '';
  const fits = (entries.data ?? []).filter((entry) => entry.modalities.includes(modality));
  const others = (entries.data ?? []).filter((entry) => !entry.modalities.includes(modality));
  const raise = useMutation({
    mutationFn: (fields: { entryId: string; note?: string }) => portal.suspect(study.studyId, fields.entryId, fields.note?.trim() ?? ''),
    onSuccess: () => {
      void message.success(t('critical.done.suspect'));
      void client.invalidateQueries({ queryKey: keys.critical() });
      void client.invalidateQueries({ queryKey: keys.study(study.studyId) });
      onClose();
    },
    onError: (error) => void message.error({ key: 'problem', content: problemText(error, t) }),
  });
  const option = (entry: (typeof fits)[number]) => ({
    value: entry.id, label: t('critical.entryOption', { name: entry.name, minutes: Math.round(secondsOf(entry.answerWithin) / 60) }),
  });
  return (
    <Modal open title={t('critical.raise')} okText={t('critical.raise')} okButtonProps={{ danger: true }} confirmLoading={raise.isPending}
      onOk={() => form.submit()} onCancel={onClose} destroyOnHidden>
      <Form form={form} layout="vertical" onFinish={(fields) => raise.mutate(fields)}>
        <Form.Item name="entryId" label={t('critical.entry')} rules={[{ required: true, message: t('common.needed') }]}>
          <Select autoFocus showSearch={{ optionFilterProp: 'label' }} loading={entries.isPending} data-testid="critical-entry" options={[
            { label: t('critical.entriesFitting'), options: fits.map(option) },
            { label: t('critical.entriesOther'), options: others.map(option) },
          ].filter((group) => group.options.length > 0)} />
        </Form.Item>
        <Form.Item name="note" label={t('critical.note')}><Input.TextArea rows={3} placeholder={t('critical.noteHint')} /></Form.Item>
      </Form>
    </Modal>
  );
}
