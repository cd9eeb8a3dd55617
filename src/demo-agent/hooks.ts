/**
 * The demonstration agent's side of Baton's hooks: `<baton> hook <event> --dialect demo`, JSON in and out. Like every
 * agent it goes on as if nothing had been said when a hook fails, hangs or talks nonsense.
 */
import { run } from './programs';

export type HookEvent = 'start' | 'prompt' | 'tool' | 'preCompact' | 'stop' | 'end';

/** What the agent tells; the session's id is added. */
export interface HookFacts {
  readonly source?: 'startup' | 'compact';
  /** The agent goes on already because a stop hook asked it to. */
  readonly stop_hook_active?: boolean;
  readonly reason?: string;
}

export interface HookAnswer {
  /** Text for the agent's context. */
  readonly context?: string;
  /** Do not stop yet, for this reason. */
  readonly block?: string;
  /** To be kept through a compaction. */
  readonly keep?: string;
}

export interface Hooks {
  /** Never rejects; an empty answer when there is none. */
  call(event: HookEvent, facts?: HookFacts): Promise<HookAnswer>;
}

export const noHooks: Hooks = { call: async () => ({}) };

/**
 * @param baton absolute path of the `baton` command
 * @param limitMs a hook that takes longer is ended, and nothing was said
 */
export function createHooks(
  baton: string,
  sessionId: string | undefined,
  cwd: string,
  limitMs = 10_000,
): Hooks {
  return {
    async call(event, facts = {}) {
      const input = JSON.stringify({ session_id: sessionId ?? null, ...facts });
      try {
        const args = ['hook', event, '--dialect', 'demo'];
        const outcome = await run(baton, args, cwd, { input, limitMs });
        return outcome.code === 0 ? readAnswer(outcome.out) : {};
      } catch {
        // Ended by a signal or by the limit, or not a program: an agent must not stumble over its hooks.
        return {};
      }
    },
  };
}

/** Texts only; whatever else was printed is no answer. Pure. */
export function readAnswer(out: string): HookAnswer {
  let value: unknown;
  try {
    value = JSON.parse(out);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const text = (name: string) => {
    const found = Object.entries(value).find(([key]) => key === name)?.[1];
    return typeof found === 'string' && found !== '' ? { [name]: found } : {};
  };
  return { ...text('context'), ...text('block'), ...text('keep') };
}
