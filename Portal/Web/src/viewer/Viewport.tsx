import { useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientLabel } from '../api/types';
import { PatientText } from '../shared/labels';
import { problemText } from '../shared/problems';
import { ContentPane } from './ContentPane';
import type { ViewportPose } from './adapter';
import type { Series, Stack } from './dicomweb';
import { type OpenViewport, openViewport, prefetch, register } from './engine';
import { stackQuery } from './queries';

export interface ViewportProps {
  id: string;
  series: Series | null;
  patient: PatientLabel;
  caption: string;
  active: boolean;
  onActivate: () => void;
  onOpen: (viewport: OpenViewport | null) => void;
  onPose: (pose: ViewportPose, stack: Stack) => void;
  onFirstImage: () => void;
}

/** One cell of the grid: the image, and around it who it is, where it is in the stack and how it is shown. */
export function Viewport({ id, series, patient, caption, active, onActivate, onOpen, onPose, onFirstImage }: ViewportProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const viewport = useRef<OpenViewport | null>(null);
  const [pose, setPose] = useState<ViewportPose | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [loaded, setLoaded] = useState(0);
  const [broken, setBroken] = useState(false);
  const stack = useQuery({ ...stackQuery(series), enabled: series !== null });
  const report = useRef({ onOpen, onPose, onFirstImage });
  useEffect(() => {
    report.current = { onOpen, onPose, onFirstImage };
  });

  useEffect(() => {
    if (element.current === null) return undefined;
    const open = openViewport(id, element.current);
    viewport.current = open;
    report.current.onOpen(open);
    const resized = new ResizeObserver(() => open.adapter.resize());
    resized.observe(element.current);
    return () => {
      resized.disconnect();
      report.current.onOpen(null);
      open.close();
      viewport.current = null;
    };
  }, [id]);

  const data = stack.data;
  useEffect(() => {
    const open = viewport.current;
    if (open === null || data === undefined) return undefined;
    if (data.content !== null) report.current.onFirstImage();
    if (data.frames.length === 0) return undefined;
    const began = performance.now();
    let gone = false;
    let stop: (() => void) | undefined;
    const unlisten = open.onChange(() => {
      if (gone) return;
      const now = open.adapter.pose();
      setPose(now);
      report.current.onPose(now, data);
    });
    const ids = data.frames.map((frame) => frame.imageId);
    register(data);
    setLoaded(0);
    setBroken(false);
    // Some decoders fail without a word: an image that has not come in this time is not coming.
    const patience = window.setTimeout(() => setBroken(true), patienceMs);
    const standing = open.adapter.pose();
    const growing = open.adapter.firstImage() === ids[0];
    open.adapter.show(ids, growing ? standing.index : startOf(data)).then(() => {
      window.clearTimeout(patience);
      if (gone) return;
      setBroken(false);
      setShown(data.series.seriesUid);
      const now = open.adapter.pose();
      setPose(now);
      report.current.onPose(now, data);
      element.current?.setAttribute('data-first-image-ms', String(Math.round(performance.now() - began)));
      report.current.onFirstImage();
      stop = prefetch(data, now.index, setLoaded);
    }, () => {
      if (!gone) setBroken(true);
    });
    return () => {
      gone = true;
      window.clearTimeout(patience);
      stop?.();
      unlisten();
    };
  }, [data]);

  const frame = pose === null ? undefined : data?.frames[pose.index];
  const content = data?.content ?? null;
  const visible = content === null && shown !== null && shown === series?.seriesUid && pose !== null;
  return (
    <div className={`viewport${active ? ' active' : ''}`} onPointerDownCapture={onActivate} data-testid="viewport" data-series={visible || content !== null ? series?.seriesUid : undefined}>
      <div ref={element} className="viewport-canvas" onContextMenu={(event) => event.preventDefault()} />
      {content !== null && <ContentPane key={series?.seriesUid} content={content} />}
      <div className="overlay top-left"><PatientText patient={patient} /><span>{caption}</span></div>
      {series !== null && <div className="overlay top-right"><span>{series.description}</span><span>{series.modality} · {t('viewer.seriesNumber', { number: series.number })}</span></div>}
      {visible && (
        <>
          <div className="overlay bottom-left">
            <span data-testid="slice">{pose.index + 1}/{pose.count}</span>
            {frame?.location != null && <span>{t('viewer.location', { mm: frame.location.toFixed(1) })}{data?.thickness != null ? ` · ${t('viewer.thickness', { mm: data.thickness })}` : ''}</span>}
          </div>
          <div className="overlay bottom-right">
            {pose.voi !== null && <span data-testid="voi">W {Math.round(pose.voi.width)} L {Math.round(pose.voi.center)}</span>}
            <span>{Math.round(pose.zoom * 100)}%{pose.rotation === 0 ? '' : ` · ${pose.rotation}°`}{pose.flippedHorizontally ? ' · ⇋' : ''}{pose.flippedVertically ? ' · ⇵' : ''}{pose.invert ? ` · ${t('viewer.inverted')}` : ''}</span>
            {loaded < pose.count && <span className="quiet">{t('viewer.loading', { loaded, count: pose.count })}</span>}
          </div>
          {pose.count > 1 && <i className="scroll-mark" style={{ top: `${(pose.index / (pose.count - 1)) * 100}%` }} />}
        </>
      )}
      {series !== null && content === null && !visible && !broken && stack.error === null && <div className="viewport-wait"><Spin /></div>}
      {content === null && (broken || stack.error !== null) && <div className="viewport-wait" role="alert">{stack.error === null ? t('viewer.broken') : problemText(stack.error, t)}</div>}
      {series === null && <div className="viewport-wait quiet">{t('viewer.emptyCell')}</div>}
    </div>
  );
}

const patienceMs = 45_000;

/** Clips and radiographs begin at their first image; a volume begins in its middle, where there is something to see. */
function startOf(stack: Stack): number {
  return ['CT', 'MR'].includes(stack.series.modality) ? Math.floor(stack.frames.length / 2) : 0;
}
