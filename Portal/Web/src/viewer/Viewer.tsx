import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Study } from '../api/types';
import { Nothing } from '../shared/states';
import { problemText } from '../shared/problems';
import type { ViewportPose } from './adapter';
import type { Series, Stack } from './dicomweb';
import { choose, type OpenViewport, type ToolName } from './engine';
import { seriesQuery } from './queries';
import { SeriesStrip } from './SeriesStrip';
import { type GridName, Toolbar } from './Toolbar';
import { useViewerKeys } from './useViewerKeys';
import { Viewport } from './Viewport';
import { type Preset, presetsFor } from './voi';

const cellsOf: Record<GridName, number> = { '1x1': 1, '1x2': 2, '2x2': 4 };
const grids: GridName[] = ['1x1', '1x2', '2x2'];

interface Props {
  study: Study;
  /** Stands under the series strip. */
  below?: ReactNode;
  onFirstImage?: () => void;
}

/** The viewer: strip left, tools on top, a grid of viewports in the middle. */
export function Viewer({ study, below, onFirstImage }: Props) {
  const { t } = useTranslation();
  const uids = useMemo(() => study.images.map((set) => set.studyInstanceUid), [study.images]);
  const count = study.images.reduce((sum, set) => sum + set.atCentre, 0);
  const series = useQuery(seriesQuery(uids, count));
  const all = useMemo(() => series.data ?? [], [series.data]);

  const [grid, setGrid] = useState<GridName>('1x1');
  const [picked, setPicked] = useState<(string | null)[]>([null, null, null, null]);
  const [active, setActive] = useState(0);
  const [tool, setTool] = useState<ToolName>('window');
  const [preset, setPreset] = useState<string | null>(null);
  const [cine, setCine] = useState(false);
  const [ready, setReady] = useState(false);
  const [stack, setStack] = useState<Stack | null>(null);
  const viewports = useRef<(OpenViewport | null)[]>([]);

  const cells = useMemo(() => Array.from({ length: cellsOf[grid] }, (_, index): Series | null => {
    const wanted = picked[index];
    return all.find((each) => each.seriesUid === wanted) ?? all[index] ?? null;
  }), [grid, picked, all]);

  const current = cells[active] ?? cells[0] ?? null;
  const adapter = () => viewports.current[active]?.adapter;
  const presets = presetsFor(current?.modality);

  const pick = (wanted: Series) => setPicked((before) => before.map((each, index) => (index === active ? wanted.seriesUid : each)));
  const pickTool = (wanted: ToolName) => {
    setTool(wanted);
    choose(wanted);
  };
  const pickPreset = (wanted: Preset | null | undefined) => {
    if (wanted == null) return;
    setPreset(wanted.name);
    adapter()?.setVoi(wanted.voi);
  };
  const pickGrid = (wanted: GridName) => {
    setGrid(wanted);
    if (active >= cellsOf[wanted]) setActive(0);
  };
  const scroll = (delta: number) => void adapter()?.scrollBy(delta);
  const reset = () => {
    setPreset(null);
    void adapter()?.reset();
  };
  const nextSeries = (delta: number) => {
    const index = all.findIndex((each) => each.seriesUid === current?.seriesUid);
    const wanted = all[index + delta];
    if (wanted !== undefined) pick(wanted);
  };

  useEffect(() => {
    if (!cine) return undefined;
    const rate = stack?.frameTime != null && stack.frameTime > 0 ? stack.frameTime : 80;
    let busy = false;
    const timer = window.setInterval(() => {
      const moving = viewports.current[active]?.adapter;
      if (busy || moving === undefined) return;
      busy = true;
      void moving.scrollBy(1, true).finally(() => { busy = false; });
    }, rate);
    return () => window.clearInterval(timer);
  }, [cine, active, stack]);

  const numbered = Object.fromEntries(presets.map((each, index) => [String(index + 1), () => pickPreset(each)]));
  useViewerKeys({
    ...numbered,
    s: () => pickTool('scroll'), w: () => pickTool('window'), z: () => pickTool('zoom'), p: () => pickTool('pan'), l: () => pickTool('length'),
    r: () => adapter()?.rotate(90), h: () => adapter()?.flipHorizontally(), v: () => adapter()?.flipVertically(), i: () => adapter()?.invert(),
    '0': reset, ' ': () => setCine(!cine), g: () => pickGrid(grids[(grids.indexOf(grid) + 1) % grids.length] ?? '1x1'),
    ArrowDown: () => scroll(1), ArrowUp: () => scroll(-1), PageDown: () => scroll(10), PageUp: () => scroll(-10),
    Home: () => void adapter()?.scrollTo(0), End: () => void adapter()?.scrollTo(Number.MAX_SAFE_INTEGER),
    '+': () => adapter()?.zoomBy(1.25), '=': () => adapter()?.zoomBy(1.25), '-': () => adapter()?.zoomBy(0.8),
    ArrowRight: () => nextSeries(1), ArrowLeft: () => nextSeries(-1),
    q: () => setActive((active + 1) % cellsOf[grid]),
  });

  const onPose = useCallback((pose: ViewportPose, of: Stack) => {
    setStack(of);
    setPreset(presetsFor(of.series.modality).find(({ voi }) => pose.voi !== null && Math.abs(voi.width - pose.voi.width) < 1 && Math.abs(voi.center - pose.voi.center) < 1)?.name ?? null);
  }, []);

  const firstImage = () => {
    setReady(true);
    onFirstImage?.();
  };

  const caption = [study.accessionNumber ?? t('viewer.noAccession'), study.request?.item ?? study.images[0]?.description ?? ''].filter((part) => part !== '').join(' · ');
  return (
    <>
      <aside className="read-left">
        {all.length > 0 && <SeriesStrip series={all} shown={cells.map((each) => each?.seriesUid ?? null)} active={current?.seriesUid ?? null} ready={ready} onPick={pick} />}
        {below}
      </aside>
      <section className="viewer">
        <Toolbar tool={tool} onTool={pickTool} presets={presets} preset={preset} onPreset={pickPreset} grid={grid} onGrid={pickGrid} cine={cine} onCine={() => setCine(!cine)}
          onRotate={() => adapter()?.rotate(90)} onFlipHorizontally={() => adapter()?.flipHorizontally()} onFlipVertically={() => adapter()?.flipVertically()}
          onInvert={() => adapter()?.invert()} onReset={reset} />
        {uids.length === 0 || (series.isSuccess && all.length === 0)
          ? <div className="fill-centre"><Nothing text={t('viewer.noImages')} /></div>
          : series.error !== null
            ? <div className="fill-centre" role="alert">{problemText(series.error, t)}</div>
            : (
              <div className={`grid grid-${grid}`}>
                {cells.map((each, index) => (
                  <Viewport key={index} id={`cell-${index}`} series={each} patient={study.patient} caption={caption} active={index === active && cells.length > 1}
                    onActivate={() => setActive(index)} onOpen={(open) => { viewports.current[index] = open; }}
                    onPose={(pose, of) => { if (index === active) onPose(pose, of); }} onFirstImage={firstImage} />
                ))}
              </div>
            )}
      </section>
    </>
  );
}
