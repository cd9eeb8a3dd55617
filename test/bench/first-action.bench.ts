/**
 * What an agent must read before its first right action: `npx tsx test/bench/first-action.bench.ts`. The same generated
 * project is offered in four forms, each to a reader that follows what the form offers and guesses nothing. No model is
 * asked. The first right action is to name the feature to work on and the file where its work stands.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BenchProject, benchProject, taskFile, writeBenchProject } from './first-action-project';

const execute = promisify(execFile);
const cli = resolve(import.meta.dirname, '../../dist/cli.js');
const sizes = [1, 10, 50].flatMap((sessions) => [3, 20, 100].map((features) => ({ sessions, features })));

/** What a reader has read so far, and how it reads. */
class Reading {
  files = 0;
  commands = 0;
  bytes = 0;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async file(path: string): Promise<string> {
    const text = await readFile(join(this.#root, path), 'utf8');
    this.files++;
    this.bytes += Buffer.byteLength(text);
    return text;
  }

  async command(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await execute(program, args, { cwd: this.#root, maxBuffer: 64 * 1024 * 1024 });
    this.commands++;
    this.bytes += Buffer.byteLength(stdout);
    return stdout;
  }
}

interface Action {
  readonly feature: string | undefined;
  readonly place: string | undefined;
}

type Reader = (reading: Reading) => Promise<Action>;

/**
 * Nothing but the repository: file list, plan, whole history, working state. What the history names is taken for done;
 * the first feature of the plan that it does not name is next.
 */
const byHistory: Reader = async (reading) => {
  const { plan, log, dirty } = await overview(reading);
  const next = plan.find((id) => !log.includes(`: ${id}: `));
  return { feature: next, place: placeOf(next, [dirty]) };
};

/**
 * The same, but a commit proves nothing: each feature's module and check are opened in the plan's order, until the
 * first that is missing or has no check.
 */
const byLooking: Reader = async (reading) => {
  const { plan, files, dirty } = await overview(reading);
  for (const id of plan) {
    const module = `src/${id}.mjs`;
    const there = files.includes(module) || dirty.includes(module);
    const check = `src/${id}.check.mjs`;
    if (there) await reading.file(module);
    if (files.includes(check)) await reading.file(check);
    else return { feature: id, place: there ? module : undefined };
  }
  return { feature: undefined, place: undefined };
};

/** The task file, from its first to its last byte, as its protocol demands, and git's word on the working state. */
const byTaskFile: Reader = async (reading) => {
  const text = await reading.file(taskFile);
  const json = /^```json\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '{"features":[]}';
  const { features }: { features: { id: string; passes: boolean }[] } = JSON.parse(json);
  const next = features.find(({ passes }) => !passes)?.id;
  const log = text.slice(text.indexOf('## 4. Progress Log'), text.indexOf('## 5. Git History'));
  return { feature: next, place: placeOf(next, [log, await status(reading)]) };
};

/** The packet, whole, and git's word on the working state, which it tells to look at. */
const byPacket: Reader = async (reading) => {
  const packet = await reading.command(process.execPath, cli, 'packet', '200');
  // It is one file for an agent that was launched.
  reading.commands--;
  reading.files++;
  const next = /^## Next feature\n[\s\S]*?^> (\S+): /m.exec(packet)?.[1];
  return { feature: next, place: placeOf(next, [packet, await status(reading)]) };
};

const readers: readonly (readonly [string, Reader])[] = [
  ['repository, trusting its log', byHistory],
  ['repository, looking at the work', byLooking],
  ['raw task file', byTaskFile],
  ['packet', byPacket],
];

async function overview(reading: Reading) {
  const files = (await reading.command('git', 'ls-files', '--', '.', ':!task-states')).split('\n');
  for (const name of files.filter((path) => path === 'README.md')) await reading.file(name);
  const prd = await reading.file('docs/plan.md');
  const log = await reading.command('git', 'log', '--format=%h %s');
  const plan = [...prd.matchAll(/^- (\S+): /gm)].map((match) => match[1] ?? '');
  return { files, plan, log, dirty: await status(reading) };
}

function status(reading: Reading): Promise<string> {
  return reading.command('git', 'status', '--porcelain', '-uall');
}

/** The module of the feature, where one of the texts names it. */
function placeOf(feature: string | undefined, texts: readonly string[]): string | undefined {
  const module = `src/${feature}.mjs`;
  return texts.some((text) => text.includes(module)) ? module : undefined;
}

async function measure(project: BenchProject): Promise<readonly string[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'baton-bench-')));
  try {
    await writeBenchProject(folder, project);
    const cells: string[] = [];
    for (const [, reader] of readers) {
      const reading = new Reading(folder);
      const { feature, place } = await reader(reading);
      const right = feature === project.next && place === project.place;
      const found = right ? '' : feature === project.next ? ', place **unknown**' : ', **wrong feature**';
      const opened = reading.files + reading.commands;
      cells.push(`${(reading.bytes / 1024).toFixed(1)} KB in ${opened}${found}`);
    }
    return cells;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  console.log(`| sessions | features | last session died | ${readers.map(([name]) => name).join(' | ')} |`);
  console.log(`|${'---|'.repeat(readers.length + 3)}`);
  for (const { sessions, features } of sizes) {
    for (const death of ['while writing', 'after its commit'] as const) {
      const cells = await measure(benchProject(sessions, features, death));
      console.log(`| ${sessions} | ${features} | ${death} | ${cells.join(' | ')} |`);
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
