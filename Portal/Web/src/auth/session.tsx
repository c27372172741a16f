import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { ApiError, onSignedOut } from '../api/http';
import { portal } from '../api/portal';
import type { User } from '../api/types';

type State = { kind: 'asking' } | { kind: 'out'; expired: boolean } | { kind: 'unreachable' } | { kind: 'in'; user: User };

export interface Session {
  state: State;
  signIn(username: string, password: string): Promise<User>;
  signOut(): Promise<void>;
  retry(): void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside SessionProvider');
  return session;
}

/** The person signed in. Pages behind the gate may rely on one. */
export function useUser(): User {
  const { state } = useSession();
  if (state.kind !== 'in') throw new Error('useUser outside the gate');
  return state.user;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<State>({ kind: 'asking' });

  const ask = useCallback(async () => {
    try {
      setState({ kind: 'in', user: await portal.me() });
    } catch (error) {
      const out = error instanceof ApiError && !error.offline && error.problem.status < 500;
      setState(out ? { kind: 'out', expired: false } : { kind: 'unreachable' });
    }
  }, []);

  useEffect(() => {
    void ask();
    return onSignedOut(() => {
      client.clear();
      setState({ kind: 'out', expired: true });
    });
  }, [ask, client]);

  const session = useMemo<Session>(() => ({
    state,
    signIn: async (username, password) => {
      const { user } = await portal.login(username, password);
      client.clear();
      setState({ kind: 'in', user });
      return user;
    },
    signOut: async () => {
      await portal.logout().catch(() => undefined);
      client.clear();
      setState({ kind: 'out', expired: false });
    },
    retry: () => {
      setState({ kind: 'asking' });
      void ask();
    },
  }), [state, client, ask]);

  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}
