/** What the demonstration agent is told: by Baton's environment, by `BATON_DEMO_*`, by arguments (which win). */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly root: string;
  readonly taskId: string;
  readonly taskFile: string;
  /** Undefined when started by hand: the task file then has to do. */
  readonly packet: string | undefined;
  /** Path of the bundled command line; without it `baton` is looked for on PATH. */
  readonly cli: string | undefined;
  /** Absolute path of the `baton` command that its hooks call; undefined when it was launched without hooks. */
  readonly hooks: string | undefined;
  readonly sessionId: string | undefined;
  /** Step at which it kills itself, leaving everything as it is. */
  readonly stopAt: number | undefined;
  /** Kills itself between writing a feature's file and committing it. */
  readonly stopMidFeature: boolean;
  /** Step at which it waits to be killed. */
  readonly waitAt: number | undefined;
  /** Waits only while the task has no earlier session, so that the next one goes through. */
  readonly waitOnce: boolean;
  /** Leaves no progress entry of its own accord; writes it when a stop hook asks. */
  readonly forget: boolean;
  /** Step before which it loses its context, as an agent does that ran out of room. */
  readonly compactAt: number | undefined;
  /** Takes the packet's word for the next feature, without holding it against the checklist. */
  readonly trustPacket: boolean;
  /** Features to work in this session; Infinity for all. */
  readonly features: number;
  /** Pause between steps, milliseconds. */
  readonly paceMs: number;
  readonly colour: boolean;
}

export class OptionError extends Error {
  override readonly name = 'OptionError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export const usage = `Baton's demonstration agent: follows the session protocol on one task, without a model.

  --stop-at N          die at step N (1 to 21), as if the power went
  --stop-mid-feature   die after writing a feature's file, before its commit
  --wait-at N          wait at step N until somebody ends it
  --wait-once          wait only in the first session of the task
  --features N|all     features to work in this session (1)
  --pace MS            pause between steps (150 in a terminal, else 0)
  --forget             leave no progress entry unless a stop hook asks for it
  --compact-at N       lose the context before step N, as an agent does that ran out of room
  --trust-packet       work on the feature the packet names, without a look at the checklist
  --hooks BATON        call this baton command at the start, prompts, tools, stops and the end

Each but the last is also read from the environment: BATON_DEMO_STOP_AT, BATON_DEMO_STOP_MID_FEATURE,
BATON_DEMO_WAIT_AT, BATON_DEMO_WAIT_ONCE, BATON_DEMO_FEATURES, BATON_DEMO_PACE, BATON_DEMO_FORGET,
BATON_DEMO_COMPACT_AT, BATON_DEMO_TRUST_PACKET. Baton supplies BATON_ROOT, BATON_TASK_ID, BATON_TASK_FILE,
BATON_SESSION_ID, BATON_PACKET.`;

/** @throws OptionError with a sentence for the person when something is missing or off */
export function demoOptions(argv: readonly string[], env: Environment, isTerminal: boolean): DemoOptions {
  const args = parse(argv);
  const stopAt = args['stop-at'] ?? env['BATON_DEMO_STOP_AT'];
  const waitAt = args['wait-at'] ?? env['BATON_DEMO_WAIT_AT'];
  const features = args.features ?? env['BATON_DEMO_FEATURES'];
  const pace = args.pace ?? env['BATON_DEMO_PACE'];
  const compactAt = args['compact-at'] ?? env['BATON_DEMO_COMPACT_AT'];
  return {
    root: required(env, 'BATON_ROOT'),
    taskId: required(env, 'BATON_TASK_ID'),
    taskFile: required(env, 'BATON_TASK_FILE'),
    packet: given(env['BATON_PACKET']),
    cli: given(env['BATON_CLI']),
    hooks: given(args.hooks),
    sessionId: given(env['BATON_SESSION_ID']),
    stopAt: number('stop-at', stopAt, 1, 21),
    stopMidFeature: args['stop-mid-feature'] ?? isOn(env['BATON_DEMO_STOP_MID_FEATURE']),
    waitAt: number('wait-at', waitAt, 1, 21),
    waitOnce: args['wait-once'] ?? isOn(env['BATON_DEMO_WAIT_ONCE']),
    forget: args.forget ?? isOn(env['BATON_DEMO_FORGET']),
    compactAt: number('compact-at', compactAt, 1, 21),
    trustPacket: args['trust-packet'] ?? isOn(env['BATON_DEMO_TRUST_PACKET']),
    features: features === 'all' ? Number.POSITIVE_INFINITY : (number('features', features, 1, 1000) ?? 1),
    paceMs: number('pace', pace, 0, 60_000) ?? (isTerminal ? 150 : 0),
    colour: isTerminal && given(env['NO_COLOR']) === undefined,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'stop-at': { type: 'string' },
        'stop-mid-feature': { type: 'boolean' },
        'wait-at': { type: 'string' },
        'wait-once': { type: 'boolean' },
        features: { type: 'string' },
        pace: { type: 'string' },
        forget: { type: 'boolean' },
        'compact-at': { type: 'string' },
        'trust-packet': { type: 'boolean' },
        hooks: { type: 'string' },
      },
    }).values;
  } catch (error) {
    // parseArgs throws a TypeError with a code for what a person typed wrong, and nothing else.
    if (error instanceof TypeError) throw new OptionError(error.message);
    throw error;
  }
}

function number(name: string, value: string | undefined, min: number, max: number): number | undefined {
  if (given(value) === undefined) return undefined;
  const parsed = /^\d{1,6}$/.test(value ?? '') ? Number(value) : Number.NaN;
  if (parsed >= min && parsed <= max) return parsed;
  throw new OptionError(`--${name} takes a whole number from ${min} to ${max}`);
}

function required(env: Environment, name: string): string {
  const value = given(env[name]);
  if (value === undefined) {
    throw new OptionError(`${name} is not set. Launch the demonstration agent on a task through Baton.`);
  }
  return value;
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
