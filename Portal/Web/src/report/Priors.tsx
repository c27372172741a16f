import { useQuery } from '@tanstack/react-query';
import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { portal } from '../api/portal';
import { keys } from '../live/keys';
import { dateText } from '../shared/time';

/** 历史检查: earlier exams of the same person, newest on top. */
export function Priors({ studyId }: { studyId: string }) {
  const { t, i18n } = useTranslation();
  const priors = useQuery({ queryKey: keys.priors(studyId), queryFn: () => portal.priors(studyId), retry: false });
  const rows = (priors.data ?? []).filter((row) => row.studyId !== studyId);
  return (
    <section className="priors">
      <h3>{t('read.priors')} {rows.length > 0 && <span className="quiet">{rows.length}</span>}</h3>
      {rows.length === 0
        ? <p className="quiet">{priors.isPending ? '…' : t('read.noPriors')}</p>
        : (
          <Timeline items={rows.map((row) => ({
            content: (
              <Link to={`/read/${encodeURIComponent(row.studyId)}`}>
                <time>{dateText(row.lastImageAt ?? row.createdAt, i18n.language)}</time>
                <b>{row.item ?? `${row.modality} ${row.bodyPart ?? ''}`}</b>
                <span className="quiet">{t(`reportPhase.${row.reportPhase}`)}</span>
              </Link>
            ),
          }))} />
        )}
    </section>
  );
}
