import { useCallback, useEffect, useRef, useState } from 'react';
import { newUlid } from '../api/ulid';

/** A frozen picture: kept here until somebody sends it, or closes the dialogue. */
export interface Still {
  id: string;
  number: number;
  url: string;
  blob: Blob;
  picked: boolean;
  sent: boolean;
}

export function useStills() {
  const [stills, setStills] = useState<Still[]>([]);
  const urls = useRef<string[]>([]);
  useEffect(() => () => {
    for (const url of urls.current) URL.revokeObjectURL(url);
  }, []);
  const add = useCallback((blob: Blob) => {
    const url = URL.createObjectURL(blob);
    urls.current.push(url);
    setStills((before) => [...before, { id: newUlid(), number: before.length + 1, url, blob, picked: true, sent: false }]);
  }, []);
  const pick = useCallback((id: string) => setStills((before) => before.map((each) => (each.id === id ? { ...each, picked: !each.picked } : each))), []);
  const markSent = useCallback(() => setStills((before) => before.map((each) => (each.picked ? { ...each, sent: true } : each))), []);
  return { stills, add, pick, markSent };
}
