import { FilePdfOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Series } from './dicomweb';
import { register, thumbnail } from './engine';
import { stackQuery } from './queries';

interface Props {
  series: Series[];
  shown: (string | null)[];
  active: string | null;
  /** Thumbnails wait until the first image stands. */
  ready: boolean;
  onPick: (series: Series) => void;
}

export function SeriesStrip({ series, shown, active, ready, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <div className="strip" role="listbox" aria-label={t('viewer.series')}>
      {series.map((each) => (
        <Thumbnail key={each.seriesUid} series={each} ready={ready} active={each.seriesUid === active} shown={shown.includes(each.seriesUid)} onPick={() => onPick(each)} />
      ))}
    </div>
  );
}

function Thumbnail({ series, ready, active, shown, onPick }: { series: Series; ready: boolean; active: boolean; shown: boolean; onPick: () => void }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const stack = useQuery({ ...stackQuery(series), enabled: ready });
  const data = stack.data;
  useEffect(() => {
    if (!ready || data === undefined || data.content !== null || canvas.current === null) return;
    register(data);
    void thumbnail(data, canvas.current).catch(() => undefined);
  }, [data, ready]);
  const count = data?.series.count ?? series.count;
  const kind = data?.content?.kind ?? (series.modality === 'DOC' ? 'document' : null);
  return (
    <button type="button" role="option" aria-selected={active} className={`thumb${active ? ' active' : ''}${shown ? ' shown' : ''}`} onClick={onPick}>
      {kind === null ? <canvas ref={canvas} width={128} height={96} /> : <span className="thumb-kind">{kind === 'document' ? <FilePdfOutlined /> : <PlayCircleOutlined />}</span>}
      <span className="thumb-text">{series.description === '' ? series.modality : series.description}</span>
      <span className="thumb-count">{series.modality} {t('viewer.seriesNumber', { number: series.number })} · {t('viewer.imageCount', { count })}</span>
    </button>
  );
}
