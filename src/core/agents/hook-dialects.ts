/**
 * What each agent says to its hooks and wants to hear from them, translated from and to one vocabulary (model/hook.ts).
 * What comes in is untrusted: anything may be missing, too long or of the wrong kind. Source: agents.md sections 1–7,
 * 12 and 14.
 */
import type { HookAnswer, HookCall, HookDialect, HookEvent } from '../model/hook';
import { sessionSchema } from '../model/session';

/** Characters of input that are looked at; an agent that sends more is heard, and nothing of what it says is used. */
const maxInput = 1024 * 1024;
const maxReason = 200;

type Input = Readonly<Record<string, unknown>>;
type Source = NonNullable<HookCall['source']>;

interface Dialect {
  /** Fields that hold the agent's own session id; the first that is one counts. */
  readonly id: readonly string[];
  /** Fields that say why a session ends or is compacted. */
  readonly reason: readonly string[];
  /** The agent goes on only because a stop hook asked it to. */
  readonly stopActive: (input: Input) => boolean;
  readonly write: (event: HookEvent, answer: HookAnswer) => string;
}

const dialects: Readonly<Record<HookDialect, Dialect>> = {
  claude: {
    id: ['session_id'],
    reason: ['reason', 'trigger'],
    stopActive: (input) => input['stop_hook_active'] === true,
    // Nothing but plain text reaches the summary, and nothing but JSON the model.
    write: (event, answer) =>
      event === 'preCompact'
        ? (answer.keep ?? '')
        : named(event, answer, { start: 'SessionStart', prompt: 'UserPromptSubmit' }),
  },
  gemini: {
    id: ['session_id'],
    reason: ['reason', 'trigger'],
    stopActive: (input) => input['stop_hook_active'] === true,
    write: (event, answer) => named(event, answer, { start: 'SessionStart', prompt: 'BeforeAgent' }),
  },
  copilot: {
    id: ['sessionId', 'session_id'],
    reason: ['reason', 'stopReason', 'trigger'],
    stopActive: (input) => input['stop_hook_active'] === true || input['stopHookActive'] === true,
    write: (event, { context, block }) => {
      if (event === 'stop') return blocked(block);
      return isWelcome(event) && context !== undefined ? json({ additionalContext: context }) : '';
    },
  },
  cursor: {
    id: ['conversation_id', 'session_id'],
    reason: ['reason', 'status', 'trigger'],
    // It counts the follow-ups that hooks have already sent in this turn.
    stopActive: ({ loop_count: count }) => typeof count === 'number' && count > 0,
    write: (event, { context, block }) => {
      if (event === 'stop') return block === undefined ? '' : json({ followup_message: block });
      return event === 'start' && context !== undefined ? json({ additional_context: context }) : '';
    },
  },
  cline: {
    id: ['taskId', 'session_id'],
    reason: ['reason'],
    stopActive: () => false,
    // It cannot be kept from stopping.
    write: (event, { context }) =>
      context !== undefined && (isWelcome(event) || event === 'tool')
        ? json({ cancel: false, contextModification: context })
        : '',
  },
  // Spoken by code of our own: the plugin in media/hooks and the demonstration agent.
  opencode: plain(),
  demo: plain(),
};

/**
 * What a hook was called with. **Invariant:** never throws, whatever the input; the id is one that a session can have.
 *
 * @param stdin what the agent wrote, as text. When it is not a JSON object nothing is known of the call but its event,
 *   and a stop counts as one that a hook has asked for already: an agent is never held on a guess.
 */
export function readHookCall(dialect: HookDialect, event: HookEvent, stdin: string): HookCall {
  const input = parse(stdin);
  const { id, reason, stopActive } = dialects[dialect];
  return {
    event,
    nativeId: input && firstOf(id, (name) => idOf(input[name])),
    source: event === 'start' ? sourceOf(input?.['source']) : undefined,
    stopActive: event === 'stop' && (input === undefined || stopActive(input)),
    reason: input && firstOf(reason, (name) => lineOf(input[name])),
  };
}

/** Standard output for the agent, '' when there is nothing to say. What the dialect has no place for is left out. */
export function writeHookAnswer(dialect: HookDialect, event: HookEvent, answer: HookAnswer): string {
  return dialects[dialect].write(event, answer);
}

function plain(): Dialect {
  return {
    id: ['session_id'],
    reason: ['reason'],
    stopActive: (input) => input['stop_hook_active'] === true,
    write: (_event, { context, block, keep }) =>
      context === undefined && block === undefined && keep === undefined
        ? ''
        : json({ context, block, keep }),
  };
}

/** The form in which context carries the agent's own name of the event. */
function named(
  event: HookEvent,
  { context, block }: HookAnswer,
  names: { readonly start: string; readonly prompt: string },
): string {
  if (event === 'stop') return blocked(block);
  if (!isWelcome(event) || context === undefined) return '';
  return json({ hookSpecificOutput: { hookEventName: names[event], additionalContext: context } });
}

/** Events at which agents take text for the model. */
function isWelcome(event: HookEvent): event is 'start' | 'prompt' {
  return event === 'start' || event === 'prompt';
}

function blocked(reason: string | undefined): string {
  return reason === undefined ? '' : json({ decision: 'block', reason });
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function parse(stdin: string): Input | undefined {
  if (stdin.length > maxInput) return undefined;
  try {
    const value: unknown = JSON.parse(stdin.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(names: readonly string[], take: (name: string) => string | undefined): string | undefined {
  for (const name of names) {
    const found = take(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const id = sessionSchema.shape.nativeId.safeParse(value);
  return id.success && id.data !== null ? id.data : undefined;
}

const sources: Readonly<Record<string, Source>> = {
  startup: 'startup',
  new: 'startup',
  resume: 'resume',
  clear: 'clear',
  compact: 'compact',
  fork: 'fork',
};

function sourceOf(value: unknown): Source | undefined {
  return typeof value === 'string' && Object.hasOwn(sources, value) ? sources[value] : undefined;
}

/** One line without marks that a terminal obeys or that hide what a person reads. */
function lineOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const line = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line === '' ? undefined : [...line].slice(0, maxReason).join('');
}
