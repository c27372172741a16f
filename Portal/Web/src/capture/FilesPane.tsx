import { InboxOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, Progress, Tag, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../shared/states';
import { problemText } from '../shared/problems';
import { type Item, sizeText } from './queue';

const accepted = '.jpg,.jpeg,.png,.bmp,.pdf,.mp4';

interface Props {
  items: Item[];
  onAdd: (files: { name: string; blob: Blob }[]) => void;
  onAgain: (id: string) => void;
}

/** 上传资料: files by dragging or choosing, each with its progress and its own answer. */
export function FilesPane({ items, onAdd, onAgain }: Props) {
  const { t } = useTranslation();
  return (
    <div className="capture-files">
      <Upload.Dragger multiple accept={accepted} showUploadList={false}
        beforeUpload={(file, files) => {
          // Told once for each file of a choice: all of them are taken at the first.
          if (files[0] === file) onAdd(files.map((each) => ({ name: each.name, blob: each })));
          return false;
        }}>
        <p className="capture-drop"><InboxOutlined /> {t('capture.drop')}</p>
        <p className="quiet">{t('capture.kinds')}</p>
      </Upload.Dragger>
      {items.length === 0 ? <Nothing text={t('capture.noFiles')} /> : (
        <ul className="capture-list">
          {items.map((item) => <FileLine key={item.id} item={item} onAgain={() => onAgain(item.id)} />)}
        </ul>
      )}
    </div>
  );
}

function FileLine({ item, onAgain }: { item: Item; onAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <li data-testid="capture-item" data-state={item.state}>
      <span className="capture-name" title={item.name}>{item.name}</span>
      <span className="quiet number">{sizeText(item.blob.size)}</span>
      {item.state === 'sending' && <Progress percent={Math.round(item.progress * 100)} size="small" />}
      {item.state === 'waiting' && <Tag>{t('capture.state.waiting')}</Tag>}
      {item.state === 'done' && <Tag color="green">{t('capture.state.done')}</Tag>}
      {item.problem !== null && (
        <span className="capture-problem"><Tag color="volcano">{t(item.state === 'refused' ? 'capture.state.refused' : 'capture.state.failed')}</Tag>{problemText(item.problem, t)}</span>
      )}
      {item.state === 'failed' && <Button size="small" icon={<ReloadOutlined />} onClick={onAgain}>{t('common.retry')}</Button>}
    </li>
  );
}
