import { ArrowRightOutlined, CheckCircleFilled } from '@ant-design/icons';
import { Button, Result } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useUser } from '../auth/session';
import { useClaim } from '../reading/useClaim';
import { useNext } from './useNext';

/** The work is done: on to the next one without going back to the list. */
export function NextStudy({ view, studyId }: { view: 'reading' | 'review'; studyId: string }) {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const next = useNext(view, studyId, user, true);
  const go = (id: string) => void navigate(`/read/${encodeURIComponent(id)}`);
  const claim = useClaim((ticket) => go(ticket.studyId));

  const open = () => {
    if (next === null) void navigate(`/${view}`);
    else if (view === 'reading' && next.readerId !== user.userId) claim.mutate(next.studyId);
    else go(next.studyId);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'n' && !event.ctrlKey && !event.altKey && !(event.target instanceof HTMLInputElement) && !(event.target instanceof HTMLTextAreaElement)) open();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  return (
    <Result className="next" icon={<CheckCircleFilled />} title={t(`read.done.${view}`)}
      subTitle={next === null ? t('read.noNext') : t('read.next', { patient: next.patient.name, exam: next.item ?? next.modality })}
      extra={(
        <Button type="primary" icon={<ArrowRightOutlined />} loading={claim.isPending} onClick={open} data-testid="next">
          {next === null ? t('read.backToList') : t('read.openNext')} <kbd>N</kbd>
        </Button>
      )} />
  );
}
