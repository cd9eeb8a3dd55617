/**
 * `baton task list --json` and `baton task show ID --json` against `backlog.md` (npm) doing the same, as whole processes,
 * with 10, 1,000 and 10,000 tasks; the list also right after one task was edited. Both tools run on the same Node over task files of the same size; each pair is
 * timed in turn in one run, and the medians and their ratio are printed. Asserts nothing about time.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { skeleton } from '../../src/core/markdown/skeleton';
import { isTaskId } from '../../src/core/model/task';

const project = resolve(import.meta.dirname, '../..');
const cli = join(project, 'dist/cli.js');
const rivalFolder = join(project, '.cache/bench/backlog');
const sizes = (process.env['BENCH_SIZES'] ?? '10,1000,10000').split(',').map(Number);
const runs = Number(process.env['BENCH_RUNS'] ?? 5);

function installRival(): string {
  const bin = join(rivalFolder, 'node_modules/.bin/backlog');
  if (!existsSync(bin)) {
    mkdirSync(rivalFolder, { recursive: true });
    writeFileSync(join(rivalFolder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', 'backlog.md@1.52.0', '--no-audit', '--no-fund'], {
      cwd: rivalFolder,
      stdio: 'inherit',
    });
  }
  return bin;
}

function id(text: string) {
  if (!isTaskId(text)) throw new Error(text);
  return text;
}

const prose = 'Tokens are signed with HS256 and expire after fifteen minutes; refresh tokens rotate on use. ';

function makeBaton(root: string, count: number): void {
  run(process.execPath, [cli, 'init'], root);
  for (let n = 1; n <= count; n++) {
    const text = skeleton({
      id: id(String(n)),
      title: `Task number ${n}`,
      created: '2026-11-21T07:28:00Z',
      dependsOn: n > 1 && n % 3 === 0 ? [id(String(n - 1))] : [],
      description: prose.repeat(6),
      criteria: ['Generates a token', 'Validates a token'],
      features: [{ id: `f-${n}`, description: 'generateToken() creates a valid token' }],
    });
    writeFileSync(join(root, `task-states/task-${n}-state.md`), text);
  }
}

function makeRival(root: string, bin: string, count: number): void {
  execFileSync('git', ['init', '-q', root]);
  run(bin, ['init', 'bench', '--defaults', '--agent-instructions', 'none'], root);
  for (let n = 1; n <= count; n++) {
    const dependencies = n > 1 && n % 3 === 0 ? `[task-${n - 1}]` : '[]';
    const text = `---
id: task-${n}
title: Task number ${n}
status: To Do
assignee: []
created_date: '2026-11-21 07:28'
labels: []
dependencies: ${dependencies}
---

## Description

${prose.repeat(6)}

## Acceptance Criteria
<!-- AC:BEGIN -->
- [ ] #1 Generates a token
- [ ] #2 Validates a token
<!-- AC:END -->
`;
    writeFileSync(join(root, `backlog/tasks/task-${n} - Task-number-${n}.md`), text);
  }
}

/** Into a file: backlog.md ends before a pipe has taken all of a long list, and would be timed for a part of the work. */
function run(program: string, args: readonly string[], cwd: string): { ms: number; out: () => string } {
  const file = join(cwd, 'printed');
  const fd = openSync(file, 'w');
  const begin = process.hrtime.bigint();
  const result = spawnSync(program, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', fd, 'pipe'] });
  const ms = Number(process.hrtime.bigint() - begin) / 1e6;
  closeSync(fd);
  const out = () => readFileSync(file, 'utf8');
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${result.stderr || out()}`);
  return { ms, out };
}

/** One more sentence in the description. */
function edit(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(prose, prose + prose));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

interface Row {
  readonly what: string;
  readonly tasks: number;
  readonly 'baton ms': string;
  readonly 'backlog.md ms': string;
  readonly ratio: string;
}

function pair(what: string, tasks: number, ours: () => number, theirs: () => number): Row {
  ours();
  theirs();
  const a: number[] = [];
  const b: number[] = [];
  for (let i = 0; i < runs; i++) {
    a.push(ours());
    b.push(theirs());
  }
  const ratio = median(b) / median(a);
  return {
    what,
    tasks,
    'baton ms': median(a).toFixed(0),
    'backlog.md ms': median(b).toFixed(0),
    ratio: `${ratio.toFixed(1)}×`,
  };
}

const bin = installRival();
const rows: Row[] = [];
for (const count of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
  try {
    const own = join(folder, 'baton');
    const rival = join(folder, 'rival');
    mkdirSync(own);
    mkdirSync(rival);
    makeBaton(own, count);
    makeRival(rival, bin, count);
    const listed = JSON.parse(run(process.execPath, [cli, 'task', 'list', '--json'], own).out());
    const theirs = run(bin, ['task', 'list', '--plain'], rival).out();
    const seen = theirs.match(/task-\d+ - /gi)?.length ?? 0;
    console.error(`${count} tasks: baton lists ${listed.data.tasks.length}, backlog.md lists ${seen}`);
    const one = String(Math.ceil(count / 2));
    const [ownFile, rivalFile] = [
      join(own, `task-states/task-${one}-state.md`),
      join(rival, `backlog/tasks/task-${one} - Task-number-${one}.md`),
    ];
    rows.push(
      pair(
        'task list',
        count,
        () => run(process.execPath, [cli, 'task', 'list', '--json'], own).ms,
        () => run(bin, ['task', 'list', '--plain'], rival).ms,
      ),
      pair(
        'task list after an edit',
        count,
        () => {
          edit(ownFile);
          return run(process.execPath, [cli, 'task', 'list', '--json'], own).ms;
        },
        () => {
          edit(rivalFile);
          return run(bin, ['task', 'list', '--plain'], rival).ms;
        },
      ),
      pair(
        'task show',
        count,
        () => run(process.execPath, [cli, 'task', 'show', one, '--json'], own).ms,
        () => run(bin, ['task', 'view', `task-${one}`, '--plain'], rival).ms,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.table(rows);
