import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { type CallRecord, portal } from '../api/portal';
import type { CriticalValue, CriticalValueRow } from '../api/types';
import { keys } from '../live/keys';
import { problemText } from '../shared/problems';

/** Every open critical value that this person may see. */
export function useOpenCritical(enabled: boolean): CriticalValueRow[] {
  const search = { open: true };
  const open = useQuery({ queryKey: keys.critical(search), queryFn: () => portal.criticalValues(search), enabled });
  return enabled ? open.data?.items ?? [] : [];
}

export type CriticalAction =
  | { kind: 'verify' | 'refute' | 'confirm' | 'withdraw'; reason?: string }
  | { kind: 'receive'; readBack: string }
  | { kind: 'act'; action: string }
  | { kind: 'call'; call: CallRecord };

function send(criticalValueId: string, action: CriticalAction): Promise<CriticalValue> {
  switch (action.kind) {
    case 'receive':
      return portal.receive(criticalValueId, action.readBack);
    case 'act':
      return portal.act(criticalValueId, action.action);
    case 'call':
      return portal.call(criticalValueId, action.call);
    default:
      return portal.criticalStep(criticalValueId, action.kind, action.reason);
  }
}

export function useCriticalAction(criticalValueId: string, onDone?: () => void) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (action: CriticalAction) => send(criticalValueId, action),
    onSuccess: (_, action) => {
      void message.success(t(`critical.done.${action.kind}`));
      onDone?.();
    },
    onError: (error) => void message.error({ key: 'problem', content: problemText(error, t) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.critical() });
      void client.invalidateQueries({ queryKey: keys.studies() });
    },
  });
}
