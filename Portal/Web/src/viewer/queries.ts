import { queryOptions } from '@tanstack/react-query';
import { keys } from '../live/keys';
import { findSeries, loadStack, type Series } from './dicomweb';

/** Series of the studies of an exam. The count of images is part of the key: when more arrive, it is asked again. */
export function seriesQuery(studyUids: string[], count: number) {
  return queryOptions({
    queryKey: [...keys.dicom(studyUids.join(' ')), 'series', count],
    queryFn: async () => (await Promise.all(studyUids.map(findSeries))).flat(),
    enabled: studyUids.length > 0,
    staleTime: Infinity,
    placeholderData: (before, query) => (query?.queryKey[1] === studyUids.join(' ') ? before : undefined),
  });
}

export function stackQuery(series: Series | null) {
  return queryOptions({
    queryKey: [...keys.dicom(series?.studyUid ?? ''), 'stack', series?.seriesUid, series?.count],
    queryFn: () => (series === null ? Promise.reject(new Error('no series')) : loadStack(series)),
    staleTime: Infinity,
    gcTime: 30 * 60_000,
    placeholderData: (before, query) => (query?.queryKey[3] === series?.seriesUid ? before : undefined),
  });
}
