/** Why there is no picture: refused by the person, no camera at all, camera in use elsewhere, or a page that may not ask. */
export type CameraFault = 'denied' | 'none' | 'busy' | 'unsupported';

export function faultOf(error: unknown): CameraFault {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'busy';
  }
}

/** What a frame grabber or a phone's camera can give at best; a lesser one gives what it has. */
export function wanted(deviceId: string | null): MediaStreamConstraints {
  return { audio: false, video: { width: { ideal: 1920 }, height: { ideal: 1080 }, ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }) } };
}

const keyStore = 'regional.capture.key';
export const defaultKey = 'F9';

/** Foot pedals send a key; which one differs. Keys that move about a page cannot be it. */
const unusable = new Set(['Escape', 'Tab', 'Shift', 'Control', 'Alt', 'Meta', 'Unidentified']);

export const usable = (key: string) => !unusable.has(key);

export function freezeKey(store: Pick<Storage, 'getItem'>): string {
  const kept = store.getItem(keyStore);
  return kept !== null && kept !== '' && usable(kept) ? kept : defaultKey;
}

export const keepKey = (store: Pick<Storage, 'setItem'>, key: string) => store.setItem(keyStore, key);

export const keyName = (key: string) => (key === ' ' ? '␣' : key);

/** The frame that stands in the picture now, without loss. */
export function still(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'));
}
