import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { portal } from '../api/portal';
import type { Study } from '../api/types';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';

export function useStudy(studyId: string) {
  return useQuery({ queryKey: keys.study(studyId), queryFn: () => portal.study(studyId) });
}

/** A command on a study: its answer is the new snapshot, shown at once; an older one never replaces a newer. */
export function useStudyCommand(studyId: string) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (run: () => Promise<Study>) => run(),
    onSuccess: (study) => {
      client.setQueryData<Study>(keys.study(studyId), (before) => (before !== undefined && before.version > study.version ? before : study));
      void client.invalidateQueries({ queryKey: keys.studies() });
    },
    onError: (error) => {
      void message.error({ key: 'problem', content: problemText(error, t) });
      void client.invalidateQueries({ queryKey: keys.study(studyId) });
    },
  });
}
