import { describe, expect, it } from 'vitest';
import { CornerstoneAdapter, type StackFlips, type StackPresentation, type StackViewportLike, type ViewportAdapter } from './adapter';
import type { VoiRange } from './voi';

/** A stack viewport without pixels that keeps the habits of the library, its camera and its own window included. */
class BareStack implements StackViewportLike {
  private ids: string[] = [];
  private index = 0;
  private properties: { voiRange?: VoiRange; invert?: boolean } = {};
  private presentation: StackPresentation = { rotation: 0 };
  private flips: StackFlips = { flipHorizontal: false, flipVertical: false };
  private zoom = 1;
  renders = 0;
  /** What is on the screen, whatever the properties say. */
  whiteIsLow = false;

  constructor(private readonly own: VoiRange, private readonly monochrome1 = false) {}

  setStack(imageIds: string[], index = 0) {
    this.ids = imageIds;
    this.properties = { voiRange: this.own, invert: this.monochrome1 };
    this.whiteIsLow = this.monochrome1;
    return this.setImageIdIndex(index);
  }

  setImageIdIndex(index: number) {
    if (index < 0 || index >= this.ids.length) return Promise.reject(new Error('outside the stack'));
    this.index = index;
    return Promise.resolve(this.ids[index]);
  }

  getImageIds = () => this.ids;
  getTargetImageIdIndex = () => this.index;
  setProperties(properties: { voiRange?: VoiRange; invert?: boolean }) {
    if (properties.invert !== undefined && properties.invert !== this.properties.invert) this.whiteIsLow = !this.whiteIsLow;
    this.properties = { ...this.properties, ...properties };
  }

  getProperties = () => this.properties;

  /** As the library does: the property goes back to what the image says, the screen to low values black. */
  resetProperties() {
    this.properties = { voiRange: this.own, invert: this.monochrome1 };
    this.whiteIsLow = false;
  }

  resetCamera() { this.zoom = 1; return true; }
  getViewPresentation = () => this.presentation;
  setViewPresentation(presentation: StackPresentation) { this.presentation = presentation; }
  getCamera = () => this.flips;
  setCamera(flips: StackFlips) { this.flips = { ...this.flips, ...flips }; }
  getZoom = () => this.zoom;
  setZoom(zoom: number) { this.zoom = zoom; }
  render() { this.renders++; }
  resize() { this.renders++; }
}

/** What every viewport adapter promises to the pages. */
function viewportContract(name: string, make: () => ViewportAdapter, turned: () => boolean) {
  const ids = Array.from({ length: 28 }, (_, index) => `image:${index}`);
  describe(`${name} keeps the viewport contract (R7.2)`, () => {
    it('shows a stack at the image asked for, with the images\' own window', async () => {
      const viewport = make();
      await viewport.show(ids, 14);
      expect(viewport.pose()).toMatchObject({ index: 14, count: 28, voi: { width: 80, center: 40 }, invert: false, rotation: 0, zoom: 1 });
    });
    it('stays empty when there is nothing to show', async () => {
      const viewport = make();
      await viewport.show([], 0);
      await viewport.scrollBy(1);
      expect(viewport.pose().count).toBe(0);
    });
    it('scrolls inside the stack, and round its end when asked', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      await viewport.scrollBy(-1);
      expect(viewport.pose().index).toBe(0);
      await viewport.scrollTo(99);
      expect(viewport.pose().index).toBe(27);
      await viewport.scrollBy(1, true);
      expect(viewport.pose().index).toBe(0);
      await viewport.scrollBy(-1, true);
      expect(viewport.pose().index).toBe(27);
    });
    it('keeps the window while scrolling', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      viewport.setVoi({ width: 1500, center: -600 });
      await viewport.scrollBy(3);
      expect(viewport.pose().voi).toEqual({ width: 1500, center: -600 });
    });
    it('inverts, flips and turns, each undone by itself', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      viewport.invert();
      viewport.flipHorizontally();
      viewport.flipVertically();
      viewport.rotate(90);
      expect(viewport.pose()).toMatchObject({ invert: true, flippedHorizontally: true, flippedVertically: true, rotation: 90 });
      viewport.invert();
      viewport.flipHorizontally();
      viewport.flipVertically();
      viewport.rotate(-90);
      expect(viewport.pose()).toMatchObject({ invert: false, flippedHorizontally: false, flippedVertically: false, rotation: 0 });
    });
    it('shows an image as it is meant, and says inverted only of what the reader turned (PS3.3 C.7.6.3.1.2)', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      expect([viewport.pose().invert, turned()]).toEqual([false, false]);
      viewport.invert();
      expect([viewport.pose().invert, turned()]).toEqual([true, true]);
      await viewport.reset();
      expect([viewport.pose().invert, turned()]).toEqual([false, false]);
    });
    it('counts turns within one round', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      for (let i = 0; i < 5; i++) viewport.rotate(90);
      expect(viewport.pose().rotation).toBe(90);
      viewport.rotate(-180);
      expect(viewport.pose().rotation).toBe(270);
    });
    it('begins another stack as it first looks, and leaves a growing one as it is', async () => {
      const viewport = make();
      await viewport.show(ids, 3);
      viewport.zoomBy(2);
      viewport.flipHorizontally();
      await viewport.show([...ids, 'image:28'], 3);
      expect(viewport.pose()).toMatchObject({ count: 29, zoom: 2, flippedHorizontally: true });
      await viewport.show(['other:0', 'other:1'], 0);
      expect(viewport.pose()).toMatchObject({ count: 2, zoom: 1, flippedHorizontally: false });
    });
    it('zooms within reason', async () => {
      const viewport = make();
      await viewport.show(ids, 0);
      viewport.zoomBy(2);
      expect(viewport.pose().zoom).toBe(2);
      for (let i = 0; i < 20; i++) viewport.zoomBy(2);
      expect(viewport.pose().zoom).toBe(20);
    });
    it('goes back to the first look without leaving the image', async () => {
      const viewport = make();
      await viewport.show(ids, 5);
      viewport.setVoi({ width: 2000, center: 500 });
      viewport.invert();
      viewport.flipVertically();
      viewport.rotate(90);
      viewport.zoomBy(3);
      await viewport.reset();
      expect(viewport.pose()).toEqual({
        index: 5, count: 28, voi: { width: 80, center: 40 }, invert: false, rotation: 0, flippedHorizontally: false, flippedVertically: false, zoom: 1,
      });
    });
  });
}

for (const monochrome1 of [false, true]) {
  let stack: BareStack;
  viewportContract(monochrome1 ? 'CornerstoneAdapter on MONOCHROME1' : 'CornerstoneAdapter', () => {
    stack = new BareStack({ lower: 0, upper: 79 }, monochrome1);
    return new CornerstoneAdapter(stack);
  }, () => stack.whiteIsLow !== monochrome1);
}
