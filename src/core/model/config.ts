/**
 * `.baton/config.json`: project settings that every surface obeys. Untrusted input: it comes with the repository.
 * The descriptions are shown while one edits the file: `media/schemas` is made from this schema.
 */
import * as z from 'zod/mini';
import { jobKinds } from './scheduler';

const relativeFolder = z.string().check(
  z.minLength(1),
  z.maxLength(200),
  z.refine(
    (path) => !/^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|\0/.test(path),
    'must stay inside the workspace folder',
  ),
);

/** A folder within the workspace folder, or `.` for itself. */
const documentFolder = z.union([z.literal('.'), relativeFolder]);

const tasks = z.object({
  folder: z._default(relativeFolder, 'task-states').check(z.describe('Where new tasks are created.')),
  alsoIn: z
    ._default(z.array(relativeFolder).check(z.maxLength(20)), [])
    .check(z.describe('Further folders that hold state files, each read without its sub-folders.')),
});

const protocol = z.object({
  budgetTokens: z
    ._default(z.int().check(z.minimum(500), z.maximum(50_000)), 4000)
    .check(z.describe('Token budget of the startup packet.')),
  omit: z
    ._default(z.array(z.string()), [])
    .check(
      z.describe(
        'Texts of the packet to leave out, by name; the startup protocol itself cannot be left out.',
      ),
    ),
});

const evidence = z.object({
  timeoutSeconds: z
    ._default(z.int().check(z.minimum(1), z.maximum(7200)), 600)
    .check(z.describe('After so long the command that verifies a feature is ended, and the feature fails.')),
  requireVerify: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'A feature with a command counts towards completing its task only when Baton has run that command and it succeeded.',
      ),
    ),
  smokeAtLaunch: z
    ._default(z.int().check(z.minimum(0), z.maximum(2)), 0)
    .check(
      z.describe(
        'How many passing features are verified again before an agent is launched on their task, of those whose command a person has agreed to.',
      ),
    ),
  verifyAtEnd: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'Whether features that pass without a run of their command, or whose evidence is out of date, are verified when a session ends, of those whose command a person has agreed to.',
      ),
    ),
});

const autoResume = z.object({
  maxBackground: z
    ._default(z.int().check(z.minimum(1), z.maximum(8)), 1)
    .check(z.describe('How many agents may run in the background at a time.')),
  loadPercent: z
    ._default(z.int().check(z.minimum(1), z.maximum(1000)), 80)
    .check(
      z.describe(
        'At or above this load of the processors, in percent, nothing is started; over 100 means that work waits.',
      ),
    ),
  maxAttempts: z
    ._default(z.int().check(z.minimum(1), z.maximum(10)), 3)
    .check(z.describe('After so many failed runs of a task it waits for a person.')),
  backoffSeconds: z
    ._default(z.int().check(z.minimum(1), z.maximum(3600)), 60)
    .check(z.describe('Wait after the first failed run; it doubles with every further one.')),
});
export type AutoResumeLimits = z.infer<typeof autoResume>;

const nudges = z.object({
  perHour: z
    ._default(z.int().check(z.minimum(0), z.maximum(60)), 4)
    .check(
      z.describe(
        'How many notifications about tasks appear within an hour at most, over all windows; 0 for none. The Attention view shows everything at any time.',
      ),
    ),
  suggestionsPerDay: z
    ._default(z.int().check(z.minimum(0), z.maximum(20)), 3)
    .check(z.describe('How many drafts of new tasks are suggested on one day at most; 0 for none.')),
});

const job = z.object({
  id: z
    .string()
    .check(z.regex(/^[a-z][a-z0-9-]{0,39}$/))
    .check(z.describe('Name of the job; its last runs are kept under it.')),
  cron: z
    .string()
    .check(z.minLength(1), z.maxLength(100))
    .check(
      z.describe(
        'When it runs, in local time: minute, hour, day of the month, month, day of the week, as "0 9 * * 1".',
      ),
    ),
  run: z.enum(jobKinds).check(z.describe('What Baton does then, by itself and without an agent.')),
  enabled: z._default(z.boolean(), true).check(z.describe('Whether it runs.')),
});
export type JobConfig = z.infer<typeof job>;

const heartbeat = z.object({
  intervalSeconds: z
    ._default(z.int().check(z.minimum(10), z.maximum(3600)), 30)
    .check(z.describe('Between two ticks while there is something to watch; there are none else.')),
  jobs: z
    ._default(
      z.array(job).check(
        z.maxLength(50),
        z.refine((jobs) => new Set(jobs.map(({ id }) => id)).size === jobs.length, 'two jobs have one id'),
      ),
      [],
    )
    .check(z.describe('Work that Baton does by the clock. Missed times are made up for once.')),
});

const memory = z.object({
  enabled: z
    ._default(z.boolean(), true)
    .check(
      z.describe('Whether Baton remembers, so that work of earlier sessions can be searched and recalled.'),
    ),
  maxItems: z
    ._default(z.int().check(z.minimum(8), z.maximum(1000)), 64)
    .check(
      z.describe(
        'How many items of a task are held at hand at most; what is more is summarised and put away.',
      ),
    ),
  maxBytes: z
    ._default(z.int().check(z.minimum(1024), z.maximum(1_048_576)), 16_384)
    .check(z.describe('How many bytes the items at hand of a task take at most.')),
  keepSnapshots: z
    ._default(z.int().check(z.minimum(1), z.maximum(1000)), 24)
    .check(z.describe('How many earlier states of the items at hand are kept of each task.')),
  keepDays: z
    ._default(z.int().check(z.minimum(1), z.maximum(3650)), 30)
    .check(
      z.describe(
        'After so many days, earlier states and events of the memory are deleted; what is remembered stays.',
      ),
    ),
  documents: z
    ._default(z.array(documentFolder).check(z.maxLength(20)), ['.'])
    .check(
      z.describe(
        'Folders whose Markdown documents can be searched too, with their sub-folders; `.` for all of the workspace folder.',
      ),
    ),
  packetTokens: z
    ._default(z.int().check(z.minimum(0), z.maximum(5000)), 400)
    .check(z.describe('How many tokens of a startup packet may be used for what is recalled; 0 for none.')),
});
export type MemoryLimits = z.infer<typeof memory>;

const workers = z.object({
  enabled: z
    ._default(z.boolean(), true)
    .check(z.describe('Whether Baton indexes documents, moves due tasks on and writes reports by itself.')),
  parallel: z
    ._default(z.int().check(z.minimum(1), z.maximum(8)), 2)
    .check(z.describe('How many workers run at once at most.')),
  queueLimit: z
    ._default(z.int().check(z.minimum(1), z.maximum(1000)), 100)
    .check(z.describe('How many jobs may wait for a worker; more are refused.')),
});
export type WorkerLimits = z.infer<typeof workers>;

const agentRuntime = z.object({
  enabled: z
    ._default(z.boolean(), true)
    .check(
      z.describe(
        'Whether Baton plans, remembers and works by itself at all; without it, memory and workers are off too.',
      ),
    ),
});

export const configSchema = z.object({
  schema: z._default(z.literal(1), 1),
  tasks: z.prefault(tasks, {}),
  protocol: z.prefault(protocol, {}),
  evidence: z.prefault(evidence, {}),
  nudges: z.prefault(nudges, {}),
  autoResume: z.prefault(autoResume, {}),
  heartbeat: z.prefault(heartbeat, {}),
  agentRuntime: z.prefault(agentRuntime, {}),
  memory: z.prefault(memory, {}),
  workers: z.prefault(workers, {}),
});

export type Config = z.infer<typeof configSchema>;
export const defaultConfig: Config = configSchema.parse({});
