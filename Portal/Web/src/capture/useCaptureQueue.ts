import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { newUlid } from '../api/ulid';
import { keys } from '../live/keys';
import { added, changed, endedWith, type Item, nextOf } from './queue';
import { send } from './send';

/** Files on their way into one exam in one sitting, which makes one series. Leaving ends what is under way. */
export function useCaptureQueue(studyId: string, camera: boolean) {
  const client = useQueryClient();
  const [items, setItems] = useState<Item[]>([]);
  const [session] = useState(() => newUlid());
  const leaving = useRef<AbortController | null>(null);
  const sending = useRef<string | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  const next = nextOf(items);
  useEffect(() => {
    const signal = leaving.current?.signal;
    if (next === undefined || sending.current !== null || signal === undefined) return;
    const { id, number, blob } = next;
    sending.current = id;
    const change = (what: Partial<Item>) => {
      if (!signal.aborted) setItems((before) => changed(before, id, what));
    };
    change({ state: 'sending', progress: 0 });
    send({ studyId, session, number, camera, blob }, (progress) => change({ progress }), signal)
      .then(() => change({ state: 'done', progress: 1 }), (error: unknown) => change(endedWith(error)))
      .finally(() => {
        sending.current = null;
        void client.invalidateQueries({ queryKey: keys.study(studyId) });
      });
  }, [next, studyId, session, camera, client]);

  const add = useCallback((files: { name: string; blob: Blob }[]) => setItems((before) => added(before, files, newUlid)), []);
  const again = useCallback((id: string) => setItems((before) => changed(before, id, { state: 'waiting', problem: null })), []);
  return { items, add, again };
}
