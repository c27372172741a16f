import { useMutation } from '@tanstack/react-query';
import { App, Form, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Study } from '../api/types';
import { useUser } from '../auth/session';
import { PatientFields, type PatientValues, usePicked, whoOf } from './PatientFields';
import { useOtherPerson } from './useOtherPerson';

/** 确认身份: says who the person of an emergency or of unannounced images is. A person decides, never a likeness. */
export function IdentityForm({ study, onClose, onDone }: { study: Study; onClose: () => void; onDone: (study: Study) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const user = useUser();
  const [form] = Form.useForm<PatientValues>();
  const [picked, setPicked] = usePicked();
  const refused = useOtherPerson(setPicked);
  const confirm = useMutation({
    mutationFn: (fields: PatientValues) => portal.confirmIdentity(study.studyId, whoOf(fields, picked, user.site)),
    onSuccess: (next) => {
      void message.success(t('console.identityDone'));
      onDone(next);
    },
    onError: refused,
  });
  return (
    <Modal open title={t('console.do.confirm-identity')} okText={t('console.do.confirm-identity')} width={640} confirmLoading={confirm.isPending} destroyOnHidden
      onOk={() => form.submit()} onCancel={onClose}>
      <Form<PatientValues> form={form} layout="vertical" onFinish={(fields) => confirm.mutate(fields)} initialValues={{ sex: study.patient.sex === 'U' ? 'M' : study.patient.sex }}>
        <PatientFields picked={picked} onPick={setPicked} />
      </Form>
    </Modal>
  );
}
