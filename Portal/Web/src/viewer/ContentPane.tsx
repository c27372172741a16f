import { DownloadOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Content } from './dicomweb';

/** A document or a video, by the browser's own viewer or player; several of a series one after the other. */
export function ContentPane({ content }: { content: Content }) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const address = content.addresses[at] ?? content.addresses[0] ?? '';
  return (
    <div className="content-pane" data-testid={`content-${content.kind}`}>
      {content.kind === 'video'
        ? <video key={address} src={address} controls playsInline />
        : <iframe key={address} src={address} title={t('viewer.document')} />}
      <footer>
        {content.addresses.length > 1 && (
          <Segmented size="small" value={at} onChange={setAt} options={content.addresses.map((_, index) => ({ value: index, label: String(index + 1) }))} />
        )}
        <Button size="small" icon={<DownloadOutlined />} href={address} target="_blank" rel="noopener">{t('viewer.openContent')}</Button>
      </footer>
    </div>
  );
}
