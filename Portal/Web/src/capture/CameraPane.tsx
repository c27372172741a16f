import { CameraOutlined, CheckCircleFilled, ReloadOutlined, SendOutlined } from '@ant-design/icons';
import { Button, Checkbox, Result, Select, Space, Tag } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../shared/problems';
import { freezeKey, keepKey, keyName, still, usable } from './camera';
import type { Item } from './queue';
import { useCamera } from './useCamera';
import type { Still, useStills } from './useStills';

interface Props {
  kept: ReturnType<typeof useStills>;
  items: Item[];
  onSend: (files: { name: string; blob: Blob }[]) => void;
  onAgain: (id: string) => void;
}

/** 现场拍摄: live picture, frozen by a key (a foot pedal is one), and a choice of what goes into the exam. */
export function CameraPane({ kept, items, onSend, onAgain }: Props) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);
  const [key, setKey] = useState(() => freezeKey(localStorage));
  const [asking, setAsking] = useState(false);
  const { stills, add, pick, markSent } = kept;

  const freeze = useCallback(async () => {
    if (video.current !== null && video.current.videoWidth > 0) add(await still(video.current));
  }, [add]);

  const { live } = camera;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (asking) {
        if (!usable(event.key)) return;
        event.preventDefault();
        keepKey(localStorage, event.key);
        setKey(event.key);
        setAsking(false);
      } else if (event.key === key && live && !event.repeat) {
        event.preventDefault();
        void freeze();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [asking, key, live, freeze]);

  const picked = stills.filter((each) => each.picked && !each.sent);
  const nameOf = (each: Still) => t('capture.stillName', { number: each.number });
  const sendPicked = () => {
    onSend(picked.map((each) => ({ name: nameOf(each), blob: each.blob })));
    markSent();
  };

  return (
    <div className="capture-camera">
      <div className="capture-live">
        <video ref={video} muted playsInline data-testid="camera" data-live={live} hidden={camera.fault !== null} />
        {camera.fault !== null && (
          <Result status="warning" title={t(`capture.fault.${camera.fault}`)} subTitle={t(`capture.faultHint.${camera.fault}`)}
            extra={camera.fault === 'unsupported' ? undefined : <Button onClick={camera.retry}>{t('common.retry')}</Button>} />
        )}
        <Space wrap size={8}>
          <Button type="primary" size="large" icon={<CameraOutlined />} disabled={!live} onClick={() => void freeze()} data-testid="freeze">
            {t('capture.freeze')} <kbd>{keyName(key)}</kbd>
          </Button>
          <Button onClick={(event) => {
            event.currentTarget.blur();
            setAsking(true);
          }} data-testid="freeze-key">{asking ? t('capture.pressKey') : t('capture.setKey')}</Button>
          {camera.devices.length > 0 && (
            <Select value={camera.deviceId} onChange={camera.choose} aria-label={t('capture.device')} className="capture-device"
              options={camera.devices.map((device, index) => ({ value: device.deviceId, label: device.label === '' ? t('capture.deviceNumber', { number: index + 1 }) : device.label }))} />
          )}
        </Space>
      </div>
      <div className="capture-stills">
        <header>
          <b>{t('capture.stills', { count: stills.length })}</b>
          <Button type="primary" icon={<SendOutlined />} disabled={picked.length === 0} onClick={sendPicked} data-testid="send-stills">{t('capture.send', { count: picked.length })}</Button>
        </header>
        {stills.length === 0 && <p className="quiet">{t('capture.noStills', { key: keyName(key) })}</p>}
        <ul>
          {stills.map((each) => (
            <Thumb key={each.id} still={each} name={nameOf(each)} item={items.find((item) => item.blob === each.blob)} onPick={() => pick(each.id)} onAgain={onAgain} />
          ))}
        </ul>
      </div>
    </div>
  );
}

interface ThumbProps {
  still: Still;
  name: string;
  item: Item | undefined;
  onPick: () => void;
  onAgain: (id: string) => void;
}

function Thumb({ still: each, name, item, onPick, onAgain }: ThumbProps) {
  const { t } = useTranslation();
  return (
    <li data-testid="still" data-state={item?.state ?? 'kept'}>
      <img src={each.url} alt={name} />
      {item === undefined
        ? <Checkbox checked={each.picked} onChange={onPick}>{name}</Checkbox>
        : item.state === 'done'
          ? <span><CheckCircleFilled className="capture-sent" /> {t('capture.state.done')}</span>
          : item.problem !== null
            ? <span><Tag color="volcano">{problemText(item.problem, t)}</Tag>{item.state === 'failed' && <Button size="small" icon={<ReloadOutlined />} onClick={() => onAgain(item.id)}>{t('common.retry')}</Button>}</span>
            : <span className="quiet">{t('capture.state.sending')} {Math.round(item.progress * 100)}%</span>}
    </li>
  );
}
