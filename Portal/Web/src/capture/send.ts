import { ApiError } from '../api/http';
import type { Problem } from '../api/types';

export interface Shipment {
  studyId: string;
  session: string;
  number: number;
  camera: boolean;
  blob: Blob;
}

/** Sends one file with progress, which fetch cannot tell of. Aborting the signal ends it. */
export function send(shipment: Shipment, onProgress: (share: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', stop);
      act();
    };
    const search = new URLSearchParams({ session: shipment.session, number: String(shipment.number), camera: String(shipment.camera) });
    request.open('POST', `/api/studies/${encodeURIComponent(shipment.studyId)}/captures?${search.toString()}`);
    request.setRequestHeader('X-Regional', '1');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => settle(() => (request.status >= 200 && request.status < 300 ? resolve() : reject(new ApiError({ ...problemOf(request.responseText), status: request.status }))));
    request.onerror = () => settle(() => reject(new ApiError({ status: 0, rule: 'net.unreachable' })));
    request.onabort = request.onerror;
    signal.addEventListener('abort', stop);
    request.send(shipment.blob);
  });
}

function problemOf(text: string): Partial<Problem> {
  try {
    return JSON.parse(text) as Partial<Problem>;
  } catch {
    return {};
  }
}
