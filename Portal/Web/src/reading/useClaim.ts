import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { ClaimTicket, StudyPage } from '../api/types';
import { useUser } from '../auth/session';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';
import { claims } from './claims';

/** Claims a study: the row shows it at once, and shows the winner instead when somebody was faster. */
export function useClaim(onClaimed: (ticket: ClaimTicket) => void) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  const user = useUser();
  return useMutation({
    mutationFn: (studyId: string) => portal.claim(studyId),
    onMutate: async (studyId) => {
      await client.cancelQueries({ queryKey: keys.studies() });
      const before = client.getQueriesData<StudyPage>({ queryKey: keys.studies() });
      client.setQueriesData<StudyPage>({ queryKey: keys.studies() }, (page) => page && ({
        ...page,
        items: page.items.map((row) => (row.studyId === studyId
          ? { ...row, reportPhase: row.reportPhase === 'awaiting' ? 'claimed' : row.reportPhase, readerId: user.userId, readerName: user.name }
          : row)),
      }));
      return { before };
    },
    onSuccess: (ticket) => {
      claims.keep(ticket);
      onClaimed(ticket);
    },
    onError: (error, _, context) => {
      for (const [key, page] of context?.before ?? []) client.setQueryData(key, page);
      void message.warning(problemText(error, t));
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.studies() }),
  });
}
