import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { PatientHit } from '../api/types';
import { PatientText } from '../shared/labels';
import { problemText } from '../shared/problems';

/** Tells a refusal; where a local id is another person's, shows that person, and a person decides whether it is the same one. */
export function useOtherPerson(pick: (row: PatientHit) => void): (error: unknown) => void {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  return (error) => {
    const candidate = error instanceof ApiError ? error.problem.candidates?.[0] : undefined;
    void message.error({ key: 'problem', content: problemText(error, t) });
    if (candidate === undefined) return;
    portal.patient(candidate).then(({ patientId, demographics, localIds }) => {
      modal.confirm({
        title: t('exam.otherPerson'),
        content: <><PatientText patient={demographics} /> <span className="quiet">{demographics.birthDate ?? ''} {localIds.map((local) => local.value).join(' ')}</span></>,
        okText: t('exam.takePerson'),
        onOk: () => pick({ patientId, demographics, localIds, masked: false }),
      });
    }, (failure: unknown) => void message.error({ key: 'problem', content: problemText(failure, t) }));
  };
}
