import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, ConfigProvider, Result, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Study } from '../api/types';
import { useUser } from '../auth/session';
import { countsOf } from '../shared/images';
import { Badges, PatientText, PriorityTag, SiteName } from '../shared/labels';
import { LanguageSwitch } from '../shared/LanguageSwitch';
import { LineBanner, LineStatus } from '../shared/LineStatus';
import { problemText } from '../shared/problems';
import { landingOf } from '../shared/roles';
import { UserMenu } from '../shared/Shell';
import { backAddress } from '../shared/back';
import { readingTheme } from '../shared/theme';
import { Priors } from './Priors';
import { ReportPane } from './ReportPane';
import { useStudy } from './useStudy';

const Viewer = lazy(async () => ({ default: (await import('../viewer/Viewer')).Viewer }));

/** The heart: images in the middle, report right, series and priors left. Dark, so that nothing outshines the image. */
export function ReadPage() {
  const { studyId = '' } = useParams();
  const { t } = useTranslation();
  const study = useStudy(studyId);
  return (
    <ConfigProvider theme={readingTheme} componentSize="middle" button={{ autoInsertSpace: false }}>
      <div className="read">
        <ReadHead study={study.data} />
        <LineBanner />
        {study.data === undefined
          ? (
            <div className="fill-centre">
              {study.error === null
                ? <Spin size="large" />
                : <Result status="warning" title={t('read.failed')} subTitle={problemText(study.error, t)} extra={<Button onClick={() => void study.refetch()}>{t('common.retry')}</Button>} />}
            </div>
          )
          : (
            <div className="read-body">
              <Suspense fallback={<div className="fill-centre grow"><Spin size="large" /></div>}>
                <Viewer key={studyId} study={study.data} below={<Priors studyId={studyId} />} />
              </Suspense>
              <ReportPane key={`report-${studyId}`} study={study.data} />
            </div>
          )}
      </div>
    </ConfigProvider>
  );
}

function ReadHead({ study }: { study: Study | undefined }) {
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const back = () => {
    void navigate(backAddress() ?? landingOf(user));
  };
  return (
    <header className="read-head">
      <Button type="text" size="small" icon={<ArrowLeftOutlined />} onClick={back} aria-label={t('read.back')} />
      {study === undefined ? <Link to="/">{t('product.name')}</Link> : (
        <div className="read-who" data-testid="identity">
          <PatientText patient={study.patient} />
          <span className="read-facts">
            <span>{study.accessionNumber ?? t('viewer.noAccession')}</span>
            <span>{study.request?.item ?? study.images[0]?.description ?? study.images[0]?.modality ?? ''}</span>
            <SiteName code={study.site} />
          </span>
          <PriorityTag priority={study.priority} />
          <Badges study={{
            phase: study.phase, reportPhase: study.report.phase, facts: study.facts, provisional: study.report.provisional, openCriticalValues: 0, owed: study.owed,
            ...countsOf(study),
          }} />
        </div>
      )}
      <span className="spacer" />
      <LineStatus />
      <LanguageSwitch ghost />
      <UserMenu />
    </header>
  );
}
