import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { isStatus, isTrigger, triggers } from '../../core/model/status';
import { isRecurrence, recurrences } from '../../core/model/task';
import { changeStatus } from '../../core/operations/change-status';
import { createTask } from '../../core/operations/create-task';
import { inspectTask } from '../../core/operations/inspect-task';
import { type ListedTask, listedText, listTasks } from '../../core/operations/list-tasks';
import { nextTask } from '../../core/operations/next-task';
import { setContext } from '../../core/operations/set-context';
import { setDependencies } from '../../core/operations/set-dependencies';
import { type ItemJson, MadeJson, Rows, writeJson } from '../../wire/json-text';
import { taskShape, taskText, taskWholeShape } from '../../wire/task-shape';
import { ByteSink } from '../byte-sink';
import type { CliContext } from '../context';
import { argument, collect, flag, integer, list, text } from '../options';
import type { Register } from '../program';
import { stateWords, style, taskLine, wholeText } from '../text';

export function addTaskCommands(program: Command, register: Register): void {
  const task = program.command('task').description('create, list and show tasks');
  addCreate(task, register);
  addList(task, register);
  addShow(task, register);
  addNext(task, register);
  addStatus(task, register);
  addSet(task, register);
}

function addCreate(task: Command, register: Register): void {
  register(
    task,
    'create',
    'create a task with its state file',
    (command) =>
      command
        .requiredOption('--title <text>', 'title')
        .option('--id <id>', 'id; the next free number unless given')
        .option('--depends-on <ids>', 'upstream tasks, separated by commas', collect)
        .option('--agent <name>', 'agent that usually works on it')
        .option('--epic <text>', 'epic')
        .option('--prd <path>', 'product requirements document')
        .option('--repository <name>', 'repository')
        .option('--priority <n>', 'priority, 1 is the highest')
        .option('--estimate <minutes>', 'estimate in minutes')
        .option('--recurs <how-often>', `come back when completed: ${recurrences.join(', ')}`)
        .option('--due <day>', 'when a recurring task is due, as 2026-11-30')
        .option('--criterion <text>', 'acceptance criterion (repeatable)', collect)
        .option('--feature <id: text>', 'feature of the checklist (repeatable)', collect)
        .option('--description <text>', 'description')
        .option('--description-file <path>', 'description from a file, - for standard input'),
    async (context, _args, options) => {
      const created = await createTask(await context.workspace(), {
        title: text(options, 'title') ?? '',
        id: text(options, 'id'),
        dependsOn: list(options, 'dependsOn').flatMap(ids),
        agent: text(options, 'agent'),
        epic: text(options, 'epic'),
        prd: text(options, 'prd'),
        repository: text(options, 'repository'),
        priority: integer(options, 'priority', { min: 1, max: 9 }),
        estimateMinutes: integer(options, 'estimate', { min: 1, max: 999_999 }),
        description: await description(context, options),
        criteria: list(options, 'criterion'),
        features: list(options, 'feature').map(feature),
        recurrence: recurrence(options),
      });
      const styled = style(context.output.colour);
      return { data: { task: taskShape(created) }, text: `${taskLine(created, styled)}\n${created.file}` };
    },
  );
}

function recurrence(options: Record<string, unknown>) {
  const recurs = text(options, 'recurs');
  const due = text(options, 'due');
  if (recurs === undefined && due === undefined) return undefined;
  if (isRecurrence(recurs)) return { recurs, due };
  throw new BatonError('usage', `--recurs takes ${recurrences.join(', ')}`);
}

function ids(value: string): readonly string[] {
  return value
    .split(',')
    .map((id) => id.trim().replace(/^#/, ''))
    .filter((id) => id !== '');
}

async function description(
  context: CliContext,
  options: Record<string, unknown>,
): Promise<string | undefined> {
  const file = text(options, 'descriptionFile');
  const given = text(options, 'description');
  if (file !== undefined && given !== undefined) {
    throw new BatonError('usage', 'Give --description or --description-file, not both');
  }
  return file === undefined ? given : context.readText(file);
}

function feature(value: string): { id: string; description: string } {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*):\s*(\S[\s\S]*)$/.exec(value);
  if (!match?.[1] || !match[2]) {
    throw new BatonError('usage', `--feature takes "id: text", not "${value}"`, {
      hint: 'For example --feature "jwt-1: generateToken() creates a valid token".',
    });
  }
  return { id: match[1], description: match[2].trim() };
}

function addList(task: Command, register: Register): void {
  register(
    task,
    'list',
    'list the tasks',
    (command) =>
      command
        .option('--status <status>', 'only tasks with this status')
        .option('--ready', 'only ready tasks'),
    async (context, _args, options) => {
      const status = text(options, 'status');
      if (status !== undefined && !isStatus(status)) {
        throw new BatonError('usage', `There is no status "${status}"`);
      }
      const workspace = await context.workspace();
      if (context.json && status === undefined && !flag(options, 'ready')) {
        const tasks = await listedText(workspace, { format: context.build(), of: listJson });
        return { data: { tasks: new MadeJson(tasks) }, text: '' };
      }
      const all = await listTasks(workspace);
      const fits = (task: ListedTask) =>
        (status === undefined || task.status === status) &&
        (!flag(options, 'ready') || task.standing.badges.includes('ready'));
      const styled = style(context.output.colour);
      return {
        data: { tasks: new Rows(picked(all, fits, taskJson)) },
        text: () => [...picked(all, fits, (task) => taskLine(task.view(), styled))].join('\n') || 'No tasks.',
      };
    },
  );
}

/** UTF-8 of all tasks as one JSON array. */
function listJson(tasks: Iterable<ListedTask>): readonly Uint8Array[] {
  const sink = new ByteSink();
  writeJson(new Rows(picked(tasks, () => true, taskJson)), sink);
  return sink.chunks();
}

function taskJson(task: ListedTask): ItemJson {
  const { ownText, standing } = task;
  return ownText === undefined ? JSON.stringify(taskShape(task.view())) : taskText(ownText, standing);
}

/** Can be gone through more than once; each item is made anew when it is asked for. */
function picked<T, U>(items: Iterable<T>, fits: (item: T) => boolean, make: (item: T) => U): Iterable<U> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) if (fits(item)) yield make(item);
    },
  };
}

function addShow(task: Command, register: Register): void {
  register(
    task,
    'show <id>',
    'show one task whole',
    (command) => command,
    async (context, args) => {
      const whole = await inspectTask(await context.workspace(), argument(args, 0, 'The task id'));
      return { data: { task: taskWholeShape(whole) }, text: wholeText(whole, style(context.output.colour)) };
    },
  );
}

function addNext(task: Command, register: Register): void {
  register(
    task,
    'next',
    'the best task to launch now',
    (command) => command,
    async (context) => {
      const { task: next, why } = await nextTask(await context.workspace());
      const line = next ? `${taskLine(next, style(context.output.colour))}\n` : '';
      return { data: { task: next ? taskShape(next) : null, why }, text: `${line}${why}` };
    },
  );
}

function addStatus(task: Command, register: Register): void {
  register(
    task,
    'status <id> <trigger>',
    `make one transition: ${triggers.slice(0, 9).join(', ')}`,
    (command) =>
      command
        .option('--reason <text>', 'why; needed for block and with --force')
        .option('--force', 'complete although something is missing; needs --reason'),
    async (context, args, options) => {
      const trigger = argument(args, 1, 'The trigger');
      if (!isTrigger(trigger)) {
        throw new BatonError('usage', `There is no trigger "${trigger}"`, {
          hint: `Triggers are: ${triggers.join(', ')}.`,
        });
      }
      const changed = await changeStatus(
        await context.workspace(),
        argument(args, 0, 'The task id'),
        trigger,
        {
          reason: text(options, 'reason'),
          force: flag(options, 'force'),
        },
      );
      return { data: { task: taskShape(changed) }, text: `#${changed.id} is ${stateWords(changed)}` };
    },
  );
}

function addSet(task: Command, register: Register): void {
  register(
    task,
    'set <id>',
    'set where a task belongs and who usually works on it; an empty text clears it',
    (command) =>
      command
        .option('--agent <name>', 'agent that usually works on it')
        .option('--epic <text>', 'epic')
        .option('--prd <path>', 'product requirements document')
        .option('--repository <name>', 'repository')
        .option(
          '--depends-on <ids>',
          'upstream tasks, separated by commas, instead of those so far',
          collect,
        ),
    async (context, args, options) => {
      const workspace = await context.workspace();
      const id = argument(args, 0, 'The task id');
      const lines = {
        agent: text(options, 'agent'),
        epic: text(options, 'epic'),
        prd: text(options, 'prd'),
        repository: text(options, 'repository'),
      };
      const upstream = 'dependsOn' in options ? list(options, 'dependsOn').flatMap(ids) : undefined;
      const depends = upstream && (await setDependencies(workspace, id, upstream));
      const asksMore = Object.values(lines).some((value) => value !== undefined);
      const changed = depends !== undefined && !asksMore ? depends : await setContext(workspace, id, lines);
      return { data: { task: taskShape(changed) }, text: taskLine(changed, style(context.output.colour)) };
    },
  );
}
