import { App, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Study } from '../api/types';
import { PatientText } from '../shared/labels';
import { CameraPane } from './CameraPane';
import { FilesPane } from './FilesPane';
import { counts } from './queue';
import { useCaptureQueue } from './useCaptureQueue';
import { useStills } from './useStills';

export type CaptureWay = 'files' | 'camera';

/** 上传与拍摄: files and stills go into the exam that stands in the title, so that nobody captures into another. */
export function CaptureDialog({ study, way: first, onClose }: { study: Study; way: CaptureWay; onClose: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [way, setWay] = useState(first);
  const files = useCaptureQueue(study.studyId, false);
  const shots = useCaptureQueue(study.studyId, true);
  const kept = useStills();
  const unsent = counts(files.items).open + counts(shots.items).open + kept.stills.filter((each) => each.picked && !each.sent).length;
  const close = () => {
    if (unsent === 0) onClose();
    else void modal.confirm({ title: t('capture.leave', { count: unsent }), okText: t('capture.leaveNow'), onOk: onClose });
  };
  return (
    <Modal open width={1040} footer={null} onCancel={close} destroyOnHidden mask={{ closable: false }} className="capture"
      title={<><PatientText patient={study.patient} /> · {study.request?.item ?? ''} · {study.accessionNumber ?? t('viewer.noAccession')}</>}>
      <Segmented value={way} onChange={setWay} options={(['files', 'camera'] as const).map((value) => ({ value, label: t(`capture.way.${value}`) }))} />
      {way === 'files'
        ? <FilesPane items={files.items} onAdd={files.add} onAgain={files.again} />
        : <CameraPane kept={kept} items={shots.items} onSend={shots.add} onAgain={shots.again} />}
    </Modal>
  );
}
