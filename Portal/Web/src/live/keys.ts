import type { QueryKey } from '@tanstack/react-query';
import type { FeedItem } from './feed';

/** Keys of what is fetched, so that a change heard from a hub finds what it makes old. */
export const keys = {
  studies: (search?: object): QueryKey => (search === undefined ? ['studies'] : ['studies', search]),
  study: (studyId: string): QueryKey => ['study', studyId],
  priors: (studyId: string): QueryKey => ['priors', studyId],
  critical: (search?: object): QueryKey => (search === undefined ? ['critical'] : ['critical', search]),
  sites: ['sites'] as QueryKey,
  devices: ['devices'] as QueryKey,
  patients: (text: string): QueryKey => ['patients', text],
  patient: (patientId: string): QueryKey => ['patient', patientId],
  reference: (name: string): QueryKey => ['reference', name],
  meta: ['meta'] as QueryKey,
  audit: (search: object): QueryKey => ['audit', search],
  dicom: (studyUid: string): QueryKey => ['dicom', studyUid],
};

/** What a change makes old. */
export function touchedBy(item: FeedItem): QueryKey[] {
  switch (item.topic) {
    case 'study':
      return [keys.studies(), keys.study(item.key)];
    case 'reading-list':
      return [keys.studies()];
    case 'critical-value':
      return [keys.critical()];
    case 'site':
      return [keys.sites];
    case 'device':
      return [keys.devices];
    case 'patient':
      return [['patients'], keys.patient(item.key)];
    default:
      return [];
  }
}

/** What is live, and has to be fetched again when something was missed. */
export const liveKeys: QueryKey[] = [['studies'], ['study'], ['priors'], ['critical'], ['sites'], ['devices']];
