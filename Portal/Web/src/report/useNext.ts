import { useQuery } from '@tanstack/react-query';
import { portal } from '../api/portal';
import type { StudyRow, User } from '../api/types';
import { keys } from '../live/keys';

/** The next study of the list that this person works through. */
export function useNext(view: 'reading' | 'review', studyId: string, user: User, enabled: boolean): StudyRow | null {
  const search = { view };
  const list = useQuery({ queryKey: keys.studies(search), queryFn: () => portal.studies(search), enabled });
  if (!enabled) return null;
  return list.data?.items.find((row) => row.studyId !== studyId && (view === 'reading'
    ? row.readerId == null || row.readerId === user.userId
    : row.authorId !== user.userId && (row.reviewerId == null || row.reviewerId === user.userId))) ?? null;
}
