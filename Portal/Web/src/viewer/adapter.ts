import { rangeOf, type Voi, voiOf, type VoiRange } from './voi';

/** How a viewport stands: what it shows and how. */
export interface ViewportPose {
  index: number;
  count: number;
  voi: Voi | null;
  /** Shown the other way round than the image itself says (PS3.3 C.7.6.3.1.2: MONOCHROME1 shows its lowest value white). */
  invert: boolean;
  /** Degrees, 0 to 359, clockwise. */
  rotation: number;
  flippedHorizontally: boolean;
  flippedVertically: boolean;
  /** 1 shows the whole image. */
  zoom: number;
}

/** All that the pages ask of a viewport; nothing outside this folder knows which library draws. */
export interface ViewportAdapter {
  /** Shows a stack at an image; resolves when that image is on the screen. Another stack begins as it first looks; more of the same stays as it is. */
  show(imageIds: string[], index: number): Promise<void>;
  /** Goes to an image, held inside the stack. */
  scrollTo(index: number): Promise<void>;
  /** Goes on by so many images; with `loop`, round the end. */
  scrollBy(delta: number, loop?: boolean): Promise<void>;
  setVoi(voi: Voi): void;
  invert(): void;
  /** Turns by so many degrees, clockwise. */
  rotate(degrees: number): void;
  flipHorizontally(): void;
  flipVertically(): void;
  zoomBy(factor: number): void;
  /** Back to how the stack first looked, at the same image; resolves when it is on the screen. */
  reset(): Promise<void>;
  resize(): void;
  pose(): ViewportPose;
}

export interface StackPresentation {
  rotation?: number;
}

export interface StackFlips {
  flipHorizontal?: boolean;
  flipVertical?: boolean;
}

/** The part of a Cornerstone3D stack viewport that the adapter drives. */
export interface StackViewportLike {
  setStack(imageIds: string[], index?: number): Promise<unknown>;
  setImageIdIndex(index: number): Promise<unknown>;
  getImageIds(): string[];
  getTargetImageIdIndex(): number;
  setProperties(properties: { voiRange?: VoiRange; invert?: boolean }): void;
  getProperties(): { voiRange?: VoiRange | null; invert?: boolean };
  resetProperties(): void;
  resetCamera(): boolean;
  getViewPresentation(): StackPresentation;
  setViewPresentation(presentation: StackPresentation): void;
  /** Flips go through the camera: the presentation of the library cannot take one back. */
  getCamera(): StackFlips;
  setCamera(camera: StackFlips): void;
  getZoom(): number;
  setZoom(zoom: number): void;
  render(): void;
  resize(): void;
}

const turn = (degrees: number) => ((degrees % 360) + 360) % 360;

/** A Cornerstone3D stack viewport behind the contract. */
export class CornerstoneAdapter implements ViewportAdapter {
  private readonly viewport: StackViewportLike;
  /** What the library calls inverted although it is how the image is meant: MONOCHROME1. */
  private meant = false;

  constructor(viewport: StackViewportLike) {
    this.viewport = viewport;
  }

  async show(imageIds: string[], index: number): Promise<void> {
    if (imageIds.length === 0) return;
    const another = this.viewport.getImageIds()[0] !== imageIds[0];
    await this.begin(imageIds, this.inside(index, imageIds.length));
    if (another) this.straighten();
    this.viewport.render();
  }

  /** The first image of the stack that is shown. */
  firstImage(): string | undefined {
    return this.viewport.getImageIds()[0];
  }

  async scrollTo(index: number): Promise<void> {
    const count = this.viewport.getImageIds().length;
    if (count === 0) return;
    const target = this.inside(index, count);
    if (target !== this.viewport.getTargetImageIdIndex()) await this.viewport.setImageIdIndex(target);
  }

  async scrollBy(delta: number, loop = false): Promise<void> {
    const count = this.viewport.getImageIds().length;
    if (count === 0) return;
    const wanted = this.viewport.getTargetImageIdIndex() + delta;
    await this.scrollTo(loop ? ((wanted % count) + count) % count : wanted);
  }

  setVoi(voi: Voi): void {
    this.viewport.setProperties({ voiRange: rangeOf(voi) });
    this.viewport.render();
  }

  invert(): void {
    this.viewport.setProperties({ invert: this.viewport.getProperties().invert !== true });
    this.viewport.render();
  }

  rotate(degrees: number): void {
    const now = this.viewport.getViewPresentation();
    this.viewport.setViewPresentation({ ...now, rotation: turn((now.rotation ?? 0) + degrees) });
    this.viewport.render();
  }

  flipHorizontally(): void {
    this.viewport.setCamera({ flipHorizontal: this.viewport.getCamera().flipHorizontal !== true });
    this.viewport.render();
  }

  flipVertically(): void {
    this.viewport.setCamera({ flipVertical: this.viewport.getCamera().flipVertical !== true });
    this.viewport.render();
  }

  zoomBy(factor: number): void {
    this.viewport.setZoom(Math.min(20, Math.max(0.1, this.viewport.getZoom() * factor)));
    this.viewport.render();
  }

  async reset(): Promise<void> {
    const ids = this.viewport.getImageIds();
    if (ids.length === 0) return;
    const index = this.viewport.getTargetImageIdIndex();
    // The library forgets the window that was set, but puts a MONOCHROME1 image the wrong way round on the screen: only a new beginning is right.
    this.viewport.resetProperties();
    await this.begin(ids, index);
    this.straighten();
    this.viewport.render();
  }

  resize(): void {
    this.viewport.resize();
  }

  pose(): ViewportPose {
    const { voiRange, invert } = this.viewport.getProperties();
    const { rotation } = this.viewport.getViewPresentation();
    const { flipHorizontal, flipVertical } = this.viewport.getCamera();
    return {
      index: this.viewport.getTargetImageIdIndex(),
      count: this.viewport.getImageIds().length,
      voi: voiRange == null ? null : voiOf(voiRange),
      invert: (invert === true) !== this.meant,
      rotation: turn(Math.round(rotation ?? 0)),
      flippedHorizontally: flipHorizontal === true,
      flippedVertically: flipVertical === true,
      zoom: this.viewport.getZoom(),
    };
  }

  private async begin(imageIds: string[], index: number): Promise<void> {
    await this.viewport.setStack(imageIds, index);
    this.meant = this.viewport.getProperties().invert === true;
  }

  private straighten(): void {
    this.viewport.setViewPresentation({ ...this.viewport.getViewPresentation(), rotation: 0 });
    this.viewport.setCamera({ flipHorizontal: false, flipVertical: false });
    this.viewport.resetCamera();
  }

  private inside(index: number, count: number): number {
    return Math.min(count - 1, Math.max(0, index));
  }
}
