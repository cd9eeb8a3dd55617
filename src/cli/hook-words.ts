/** The words and the surroundings of `baton hook`, read without anything of the verb: that is loaded when it is needed. */
import {
  defaultContextLimit,
  type HookDialect,
  type HookEvent,
  hookDialects,
  isHookEvent,
  isWorkEvent,
} from '../core/model/hook';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HookWords {
  readonly event: HookEvent;
  readonly dialect: HookDialect;
  readonly contextLimit: number;
}

/** Undefined for words that are no call of a hook. @param argv what stands after `hook` */
export function readWords(argv: readonly string[]): HookWords | undefined {
  const [event = '', ...options] = argv;
  const dialect = hookDialects.find((one) => one === optionOf(options, '--dialect'));
  const contextLimit = Number(optionOf(options, '--limit') ?? defaultContextLimit);
  if (!isHookEvent(event) || dialect === undefined) return undefined;
  return Number.isSafeInteger(contextLimit) && contextLimit > 0
    ? { event, dialect, contextLimit }
    : undefined;
}

/** The value of a variable; one that is empty is not set. */
export function named(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/**
 * The call of a hook that wants nothing but to be heard, and of which session; `undefined` in place of the session where
 * the agent has nothing to do with Baton.
 */
export interface QuickCall extends HookWords {
  readonly session: string | undefined;
}

/** Undefined when the call needs more than a beat, or is for somebody who wants to read what happens. */
export function quickCall(argv: readonly string[], env: Environment): QuickCall | undefined {
  const [verb, ...rest] = argv;
  const toRead = ['--verbose', '--help', '-h'].some((option) => rest.includes(option));
  const words = verb === 'hook' && !toRead ? readWords(rest) : undefined;
  if (words === undefined) return undefined;
  const session = named(env, 'BATON_SESSION_ID');
  if (session === undefined && named(env, 'BATON_TASK_ID') === undefined) return { ...words, session };
  return session !== undefined && isWorkEvent(words.event) ? { ...words, session } : undefined;
}

/** The value after the option's name, or after `=`. */
function optionOf(options: readonly string[], name: string): string | undefined {
  const at = options.findIndex((option) => option === name || option.startsWith(`${name}=`));
  const option = options[at];
  return option === name ? options[at + 1] : option?.slice(name.length + 1);
}
