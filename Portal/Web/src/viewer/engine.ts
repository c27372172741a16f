import * as core from '@cornerstonejs/core';
import * as loader from '@cornerstonejs/dicom-image-loader';
import * as tools from '@cornerstonejs/tools';
import { CornerstoneAdapter } from './adapter';
import { outwards, type Stack } from './dicomweb';

export type ToolName = 'scroll' | 'window' | 'zoom' | 'pan' | 'length';

const engineId = 'regional';
const groupId = 'regional';
const toolNames: Record<ToolName, string> = {
  scroll: tools.StackScrollTool.toolName,
  window: tools.WindowLevelTool.toolName,
  zoom: tools.ZoomTool.toolName,
  pan: tools.PanTool.toolName,
  length: tools.LengthTool.toolName,
};
const { MouseBindings } = tools.Enums;
const { RequestType } = core.Enums;

interface Engine {
  rendering: core.RenderingEngine;
  group: tools.Types.IToolGroup;
}

let started: Engine | null = null;

/** Once a page: decoders, workers, cache and drawing contexts stay warm from study to study. */
function engine(): Engine {
  if (started !== null) return started;
  core.init();
  tools.init();
  loader.init({ maxWebWorkers: Math.min(4, Math.max(1, Math.floor(navigator.hardwareConcurrency / 2))), strict: false });
  core.imageLoadPoolManager.setMaxSimultaneousRequests(RequestType.Prefetch, 6);
  core.imageRetrievalPoolManager.setMaxSimultaneousRequests(RequestType.Prefetch, 6);
  core.cache.setMaxCacheSize(1024 ** 3);
  for (const tool of [tools.StackScrollTool, tools.WindowLevelTool, tools.ZoomTool, tools.PanTool, tools.LengthTool]) tools.addTool(tool);
  const group = tools.ToolGroupManager.createToolGroup(groupId);
  if (group === undefined) throw new Error('tool group exists');
  for (const name of Object.values(toolNames)) group.addTool(name);
  started = { rendering: new core.RenderingEngine(engineId), group };
  choose('window');
  return started;
}

/** The tool of the left button. The others keep their usual places: wheel scrolls, middle pans, right zooms. */
export function choose(tool: ToolName): void {
  const { group } = engine();
  for (const name of Object.values(toolNames)) {
    if (name === toolNames.length) group.setToolPassive(name);
    else group.setToolDisabled(name);
  }
  const bind = (name: string, ...bindings: tools.Types.IToolBinding[]) => group.setToolActive(name, { bindings });
  const left = { mouseButton: MouseBindings.Primary };
  const wheel = { mouseButton: MouseBindings.Wheel };
  const middle = { mouseButton: MouseBindings.Auxiliary };
  const right = { mouseButton: MouseBindings.Secondary };
  bind(toolNames.scroll, ...(tool === 'scroll' ? [left, wheel] : [wheel]));
  bind(toolNames.pan, ...(tool === 'pan' ? [left, middle] : [middle]));
  bind(toolNames.zoom, ...(tool === 'zoom' ? [left, right] : [right]));
  if (tool === 'window') bind(toolNames.window, left);
  if (tool === 'length') bind(toolNames.length, left);
}

export interface OpenViewport {
  adapter: CornerstoneAdapter;
  /** Called after anything that changes what is seen. */
  onChange(listener: () => void): () => void;
  close(): void;
}

export function openViewport(viewportId: string, element: HTMLDivElement): OpenViewport {
  const { rendering, group } = engine();
  rendering.enableElement({ viewportId, element, type: core.Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
  group.addViewport(viewportId, engineId);
  const viewport = rendering.getViewport(viewportId) as core.StackViewport;
  const { Events } = core.Enums;
  const seen = [Events.IMAGE_RENDERED, Events.VOI_MODIFIED, Events.CAMERA_MODIFIED, Events.STACK_NEW_IMAGE];
  return {
    adapter: new CornerstoneAdapter({
      setStack: (imageIds, index) => viewport.setStack(imageIds, index),
      setImageIdIndex: (index) => viewport.setImageIdIndex(index),
      getImageIds: () => viewport.getImageIds(),
      getTargetImageIdIndex: () => viewport.getTargetImageIdIndex(),
      setProperties: (properties) => viewport.setProperties(properties),
      getProperties: () => viewport.getProperties(),
      resetProperties: () => viewport.resetProperties(),
      resetCamera: () => viewport.resetCamera(),
      getViewPresentation: () => viewport.getViewPresentation(),
      setViewPresentation: (presentation) => viewport.setViewPresentation(presentation),
      getCamera: () => viewport.getCamera(),
      setCamera: (flips) => viewport.setCamera(flips),
      getZoom: () => viewport.getZoom(),
      setZoom: (zoom) => viewport.setZoom(zoom),
      render: () => viewport.render(),
      resize: () => rendering.resize(true, true),
    }),
    onChange: (listener) => {
      for (const event of seen) element.addEventListener(event, listener);
      return () => {
        for (const event of seen) element.removeEventListener(event, listener);
      };
    },
    close: () => {
      group.removeViewports(engineId, viewportId);
      rendering.disableElement(viewportId);
    },
  };
}

/** Tells the image loader what it has to know of every instance before its pixels are asked for. */
export function register(stack: Stack): void {
  engine();
  for (const { imageId, dataSet } of stack.metadata) {
    if (loader.wadors.metaDataManager.get(imageId) === undefined) {
      loader.wadors.metaDataManager.add(imageId, dataSet as unknown as loader.Types.WADORSMetaData);
    }
  }
}

/**
 * Fetches and decodes the rest of a stack behind the reader's back. Stopping takes back only what has not begun: an image that is on its
 * way is in the cache already and has to arrive.
 */
export function prefetch(stack: Stack, from: number, onProgress: (loaded: number) => void): () => void {
  let stopped = false;
  let loaded = 0;
  const wanted = new Set<string>();
  for (const [distance, index] of outwards(stack.frames.length, from).entries()) {
    const imageId = stack.frames[index]?.imageId;
    if (imageId === undefined) continue;
    wanted.add(imageId);
    core.imageLoadPoolManager.addRequest(
      () => core.imageLoader.loadAndCacheImage(imageId, { priority: distance, requestType: RequestType.Prefetch, additionalDetails: { imageId } }).then(() => {
        loaded++;
        if (!stopped) onProgress(loaded);
      }, () => undefined),
      RequestType.Prefetch, { imageId }, distance);
  }
  return () => {
    stopped = true;
    core.imageLoadPoolManager.filterRequests(({ additionalDetails }) => !wanted.has((additionalDetails as { imageId?: string } | undefined)?.imageId ?? ''));
  };
}

export async function thumbnail(stack: Stack, canvas: HTMLCanvasElement): Promise<void> {
  engine();
  const middle = stack.frames[Math.floor(stack.frames.length / 2)];
  if (middle === undefined) return;
  await core.utilities.loadImageToCanvas({ canvas, imageId: middle.imageId, thumbnail: true, requestType: RequestType.Thumbnail, priority: 0 });
  const pixels = core.metaData.get('imagePixelModule', middle.imageId) as { photometricInterpretation?: string; rows?: number; columns?: number } | undefined;
  if (pixels?.photometricInterpretation === 'MONOCHROME1') negate(canvas, (pixels.columns ?? 1) / (pixels.rows ?? 1));
}

/** The library draws lowest values black on a small picture whatever the image says: turned here, where the image is and not beside it. */
function negate(canvas: HTMLCanvasElement, aspect: number): void {
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const width = Math.min(canvas.width, canvas.height * aspect);
  const height = width / aspect;
  pen.save();
  pen.globalCompositeOperation = 'difference';
  pen.fillStyle = '#fff';
  pen.fillRect((canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  pen.restore();
}
