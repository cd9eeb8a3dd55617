import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { recordProgress } from '../../core/operations/record-progress';
import { asTaskId } from '../../core/operations/task-id';
import { argument, collect, integer, list, text } from '../options';
import type { Register } from '../program';

const parts = ['did', 'issues', 'state', 'next'] as const;

export function addProgressCommand(program: Command, register: Register): void {
  register(
    program,
    'progress <id>',
    'append an entry to the progress log',
    (command) =>
      command
        .option('--did <text>', 'what was done (repeatable)', collect)
        .option('--issues <text>', 'issues encountered (repeatable)', collect)
        .option('--state <text>', 'current state (repeatable)', collect)
        .option('--next <text>', 'next steps (repeatable)', collect)
        .option('--session <n>', 'session number; the running one, else the next, unless given')
        .option('--file <path>', 'a JSON file with did, issues, state, next; - for standard input'),
    async (context, args, options) => {
      const file = text(options, 'file');
      const given = file === undefined ? undefined : fromJson(await context.readText(file));
      const lines = (part: (typeof parts)[number]) => [...(given?.[part] ?? []), ...list(options, part)];
      const id = asTaskId(argument(args, 0, 'The task id'));
      const { session } = await recordProgress(await context.workspace(), id, {
        did: lines('did'),
        issues: lines('issues'),
        state: lines('state'),
        next: lines('next'),
        session: integer(options, 'session', { min: 1, max: 99_999 }),
      });
      return { data: { session }, text: `Recorded session ${session} of #${id}` };
    },
  );
}

function fromJson(source: string): Partial<Record<(typeof parts)[number], readonly string[]>> {
  const shape =
    'The progress file must be JSON like {"did": ["…"], "issues": [], "state": [], "next": ["…"]}';
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new BatonError('invalid_input', shape, { cause });
  }
  if (typeof value !== 'object' || value === null) throw new BatonError('invalid_input', shape);
  const result: Partial<Record<(typeof parts)[number], readonly string[]>> = {};
  for (const part of parts) {
    const lines: unknown = (value as Record<string, unknown>)[part] ?? [];
    const all = typeof lines === 'string' ? [lines] : lines;
    if (!Array.isArray(all) || !all.every((line) => typeof line === 'string')) {
      throw new BatonError('invalid_input', shape);
    }
    result[part] = all;
  }
  return result;
}
