import { PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { ReportText, Study } from '../api/types';
import { timeText } from '../shared/time';

function Words({ text }: { text: ReportText }) {
  const { t } = useTranslation();
  return (
    <>
      <h4>{t('report.findings')}</h4><p className="report-words">{text.findings}</p>
      <h4>{t('report.impression')}</h4><p className="report-words strong">{text.impression}</p>
      {text.positive !== null && <Tag color={text.positive ? 'orange' : 'default'}>{text.positive ? t('report.positiveYes') : t('report.positiveNo')}</Tag>}
    </>
  );
}

/** The report as its readers see it: signed versions, newest first, or the provisional one, marked as such. */
export function ReportVersions({ study }: { study: Study }) {
  const { t, i18n } = useTranslation();
  const { report } = study;
  // What is out is the text as published; the draft may have moved on since; who may not see it is not sent it.
  const published = report.provisional ? report.traces.findLast((trace) => trace.event === 'report.provisional')?.text : null;
  const versions = [...report.versions].sort((a, b) => b.number - a.number);
  return (
    <div className="report-read">
      {report.phase === 'amending' && <Alert type="warning" showIcon message={t('report.amendingNote')} />}
      {report.phase === 'recalled' && <Alert type="error" showIcon message={t('report.recalledNote')} />}
      {versions.map((version) => (
        <article key={version.number} className={`version version-${version.state}`}>
          <header>
            <b>{t('report.version', { number: version.number })}</b>
            <Tag>{t(`versionKind.${version.kind}`)}</Tag>
            <Tag color={version.state === 'current' ? 'success' : version.state === 'recalled' ? 'error' : 'default'}>{t(`versionState.${version.state}`)}</Tag>
          </header>
          <Words text={version.text} />
          {version.addendumText != null && <><h4>{t('report.addendum')}</h4><p className="report-words">{version.addendumText}</p></>}
          <footer>{t('report.signedBy', { author: version.authorName, signer: version.signerName, time: timeText(version.signedAt, i18n.language, true) })}</footer>
        </article>
      ))}
      {versions.length === 0 && published != null && (
        <article className="version version-provisional">
          <header><b>{t('report.provisionalTitle')}</b><Tag color="purple">{t('badge.provisional')}</Tag></header>
          <Words text={published} />
          <footer>{t('report.provisionalNote', { author: report.authorName ?? '—' })}</footer>
        </article>
      )}
      {versions.length === 0 && !report.provisional && report.draft != null && (
        <article className="version version-draft">
          <header><b>{t(`reportPhase.${report.phase}`)}</b><span className="quiet">{report.authorName ?? report.readerName ?? ''}</span></header>
          <Words text={report.draft} />
        </article>
      )}
      {versions.length === 0 && published == null && report.draft == null && <p className="quiet padded">{t('report.nothing')}</p>}
      {(versions.length > 0 || report.provisional) && (
        <Button icon={<PrinterOutlined />} href={portal.printAddress(study.studyId)} target="_blank" rel="noopener" data-testid="print">{t('report.print')}</Button>
      )}
    </div>
  );
}
