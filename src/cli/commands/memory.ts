import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { type MemoryKind, memoryKinds } from '../../core/model/memory';
import { eachMemoryRecord, exportMemoryFile } from '../../core/operations/export-memory-file';
import { manageMemoryNow } from '../../core/operations/manage-memory-now';
import { queryMemory } from '../../core/operations/query-memory';
import { recallMemory } from '../../core/operations/recall-memory';
import { relevantMemory } from '../../core/operations/relevant-memory';
import { asTaskId } from '../../core/operations/task-id';
import { bringMemoryUpToDate, type MemoryStanding, memoryStatus } from '../../core/operations/use-memory';
import {
  managedShape,
  memoryStatusShape,
  queryShape,
  recallShape,
  standingShape,
  syncShape,
} from '../../wire/memory-shape';
import type { Answer, CliContext } from '../context';
import { queryText, recallText } from '../memory-text';
import { argument, collect, flag, integer, list, text } from '../options';
import type { Register } from '../program';
import { plain, style } from '../text';
import { addMemoryHandCommands } from './memory-hand';

export function addMemoryCommands(program: Command, register: Register): void {
  const memory = program
    .command('memory')
    .description('what earlier work remembers: found by its words, kept on this machine');
  addAsking(memory, register);
  addUpkeep(memory, register);
  addMemoryHandCommands(memory, register);
}

function addAsking(memory: Command, register: Register): void {
  register(
    memory,
    'query <text...>',
    'search progress, notes, outputs, plans, sessions and documents',
    (command) =>
      command
        .option('--task <id>', 'only of this task')
        .option('--kind <kind>', `only ${memoryKinds.join(', ')}; may be given again`, collect)
        .option('--limit <n>', 'how many at most; 10 unless given')
        .option('--past', 'what no longer holds as well, marked'),
    async (context, args, options) => {
      const answer = await queryMemory(await context.workspace(), {
        text: args.join(' '),
        task: text(options, 'task'),
        kinds: kindsOf(options),
        limit: integer(options, 'limit', { min: 1, max: 100 }),
        past: flag(options, 'past'),
      });
      tellNotice(context, answer);
      return { data: queryShape(answer), text: () => queryText(answer, style(context.output.colour)) };
    },
  );
  register(
    memory,
    'recall <what...>',
    'show what is remembered under an id (m-…, m-…:2), or about a topic; summaries first',
    (command) => command.option('--full', 'the whole text'),
    async (context, args, options) => {
      const answer = await recallMemory(await context.workspace(), args.join(' '), {
        full: flag(options, 'full'),
      });
      tellNotice(context, answer);
      return { data: recallShape(answer), text: () => recallText(answer, style(context.output.colour)) };
    },
  );
  register(
    memory,
    'relevant <id>',
    'what earlier work says about the next feature of a task, as its packet has it',
    (command) => command,
    async (context, args) => {
      const workspace = await context.workspace();
      const items = await relevantMemory(workspace, asTaskId(argument(args, 0, 'The task id')));
      const lines = items.map((item) => `[${item.id}] ${plain(item.text.split('\n')[0] ?? '')}`);
      return { data: { items }, text: lines.length === 0 ? 'Nothing that bears on it.' : lines.join('\n') };
    },
  );
}

function addUpkeep(memory: Command, register: Register): void {
  register(
    memory,
    'status',
    'how the memory is kept and how much of it there is',
    (command) => command,
    async (context) => {
      const status = await memoryStatus(await context.workspace());
      tellNotice(context, status);
      const { items, current, versions } = status.count;
      const words = `Kept ${modeWords[status.mode]}: ${items} items, ${current} of them current, ${versions} versions`;
      return { data: memoryStatusShape(status), text: status.mode === 'off' ? 'Memory is off.' : words };
    },
  );
  register(
    memory,
    'sync',
    'take in what has changed in task files, archives, notes, sessions and plans',
    (command) => command,
    async (context) => {
      const report = await bringMemoryUpToDate(await context.workspace());
      tellNotice(context, report);
      const { read, sources, added, changed, repeated, gone, left } = report;
      const words = `${read} of ${sources} files had changed: ${added} new items, ${changed} changed, ${repeated} repeated, ${gone} files gone${left === 0 ? '' : `; ${left} could not be read`}`;
      return { data: syncShape(report), text: words };
    },
  );
  register(
    memory,
    'manage',
    'summarise and put away what is over the limits, as a tick does',
    (command) => command,
    async (context) => {
      const answer = await manageMemoryNow(await context.workspace());
      tellNotice(context, answer);
      const { tasks, summarized, evicted, more } = answer.report;
      const words = `${tasks} tasks looked at: ${summarized} summaries made, ${evicted} items put away`;
      return { data: managedShape(answer), text: more ? `${words}; there is more to do` : words };
    },
  );
  register(
    memory,
    'export',
    'write everything that is kept as JSON lines, to a new file or to standard output',
    (command) => command.option('--out <file>', 'the file, from the current folder'),
    async (context, _args, options) => exported(context, text(options, 'out')),
  );
}

async function exported(context: CliContext, out: string | undefined): Promise<Answer> {
  const workspace = await context.workspace();
  if (out !== undefined) {
    const path = (/^(?:[/\\]|[A-Za-z]:)/.test(out) ? out : `${context.cwd}/${out}`).replaceAll('\\', '/');
    const report = await exportMemoryFile(workspace, path);
    tellNotice(context, report);
    const data = { ...standingShape(report), file: path, records: report.records };
    return { data, text: `${report.records} records written to ${path}` };
  }
  if (context.json) {
    const records: unknown[] = [];
    const report = await eachMemoryRecord(workspace, (line) => void records.push(JSON.parse(line)));
    tellNotice(context, report);
    return { data: { ...standingShape(report), records }, text: '' };
  }
  tellNotice(context, await eachMemoryRecord(workspace, (line) => context.output.out(line)));
  return { data: null, text: '' };
}

const modeWords: Readonly<Record<MemoryStanding['mode'], string>> = {
  sqlite: 'in a database',
  json: 'in a JSON file',
  ram: 'in memory alone, so it is lost when this command ends',
  off: 'nowhere',
};

/** A degraded memory still answers; whoever reads the answer learns that it is. */
function tellNotice({ output }: CliContext, { notice }: MemoryStanding): void {
  if (notice !== undefined) output.err(`baton: ${plain(notice)}\n`);
}

function kindsOf(options: Record<string, unknown>): readonly MemoryKind[] | undefined {
  const given = list(options, 'kind');
  if (given.length === 0) return undefined;
  return given.map((kind) => {
    const known = memoryKinds.find((one) => one === kind);
    if (known !== undefined) return known;
    throw new BatonError('usage', `There is no kind "${kind}"`, {
      hint: `Kinds are: ${memoryKinds.join(', ')}.`,
    });
  });
}
