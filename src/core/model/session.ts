/** One agent's run on one task, as kept in `.baton/sessions/<id>.json`. Runtime only; the knowledge is in the task. */
import * as z from 'zod/mini';
import { hookEvents } from './hook';
import { isTaskId, type TaskId } from './task';

const utc = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));

export const exitReasons = [
  'process', // the program ended by itself
  'user', // a person closed the terminal or stopped the agent
  'shutdown', // the editor window closed
  'extension', // Baton stopped it
  'vanished', // the process is gone and nobody saw it go
  'unknown',
] as const;
export type ExitReason = (typeof exitReasons)[number];

export const sessionSchema = z.object({
  schema: z.literal(1),
  id: z.string().check(z.regex(/^[a-z0-9-]{8,64}$/)),
  task: z.custom<TaskId>(isTaskId),
  /** 1, 2, 3 … within the task. */
  number: z.int().check(z.minimum(1)),
  agent: z.string(),
  /** Who started it: Baton (`managed`) or a person by hand (`external`); we only ever restart our own. */
  origin: z.enum(['managed', 'external']),
  surface: z.enum(['editor', 'cli', 'mcp']),
  pid: z.nullable(z.int().check(z.positive())),
  /** Start time of the process as the system tells it, so that a recycled pid is not taken for ours. */
  pidStart: z.nullable(z.string()),
  /** Where the pid means something (one machine, one container); elsewhere nothing can be said about the process. */
  pidScope: z._default(z.nullable(z.string()), null),
  /** Fencing token: grows with every session of the task; a write with a smaller one is refused. */
  token: z.int().check(z.minimum(1)),
  startedAt: utc,
  beatAt: utc,
  expiresAt: utc,
  packet: z.nullable(z.string()),
  /** Who asked for the start: a person, or Baton by itself. Only the second kind is counted by the breaker's door. */
  trigger: z._default(z.enum(['manual', 'automatic']), 'manual'),
  mode: z._default(z.enum(['interactive', 'headless']), 'interactive'),
  /** The agent's own id of its session: what its resume takes. Null until it is known. */
  nativeId: z._default(z.nullable(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/))), null),
  /** Hooks were handed to the agent, so a beat from them is due soon after the start. */
  hooks: z._default(z.boolean(), false),
  /** When a hook was last heard, and what it told; null while none was. */
  hookAt: z._default(z.nullable(utc), null),
  hookEvent: z._default(z.nullable(z.enum(hookEvents)), null),
  /** The last sign of the agent itself, not of whoever watches its process; null means the start. */
  activeAt: z._default(z.nullable(utc), null),
  /** How often its stop hook has asked for a progress entry. */
  stopAsks: z._default(z.int(), 0),
  /** Somebody asked Baton to stop it: its end is then intended. */
  stopRequestedAt: z._default(z.nullable(utc), null),
  stopRequestedBy: z._default(z.nullable(z.enum(['person', 'baton'])), null),
  /** The window that watched it has closed; the process may live on, or have gone with it. */
  watcherLeftAt: z._default(z.nullable(utc), null),
  /** State of the repository at the start; null without git. */
  head: z.nullable(z.string()),
  branch: z.nullable(z.string()),
  dirty: z.boolean(),
  /** State of the task at the start, to tell what the session changed. */
  before: z.object({
    entries: z.int(),
    passed: z.array(z.string()),
    criteriaDone: z.int(),
  }),
  end: z.nullable(
    z.object({
      at: utc,
      /** Null when unknown; never guessed. */
      exitCode: z.nullable(z.int()),
      signal: z.nullable(z.string()),
      reason: z.enum(exitReasons),
      commits: z.array(z.object({ hash: z.string(), subject: z.string() })),
      filesChanged: z.array(z.string()),
      dirty: z.boolean(),
      /** The entry of this session was written by Baton from facts. */
      automaticEntry: z.boolean(),
      /** Wanted by a person or by the agent itself; what is not intended counts for the breaker. */
      intended: z._default(z.boolean(), false),
      /** The last event that the agent's hooks told, which outweighs an exit code that lies. */
      finalEvent: z._default(z.nullable(z.string()), null),
      /** Features that pass now and did not at the start, and the other way round; criteria ticked, net. */
      passed: z._default(z.array(z.string()), []),
      failed: z._default(z.array(z.string()), []),
      ticked: z._default(z.int(), 0),
      /** The task was given back, or was not ours to give. False only while a crash may have cut that short. */
      released: z._default(z.boolean(), true),
    }),
  ),
});

export type Session = z.infer<typeof sessionSchema>;
export type SessionEnd = NonNullable<Session['end']>;
