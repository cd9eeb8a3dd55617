import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { type WorkerKind, type WorkerResult, workerKinds } from '../../core/model/worker';
import { runWorkers } from '../../core/operations/run-workers';
import { isOn, requireOn } from '../../core/operations/switches';
import type { BatonWorkspace } from '../../core/operations/workspace';
import type { Answer, CliContext } from '../context';
import type { Register } from '../program';
import { plain } from '../text';
import { tickOptions } from './tick-options';

export function addWorkCommand(program: Command, register: Register): void {
  register(
    program,
    'work [worker]',
    'let the workers work: research (make documents searchable), execution (move on what is due), status (the report)',
    (command) => command.option('--start', 'let execution start what auto-resume may start'),
    async (context, [word], options) => work(context, word, options['start'] === true),
  );
}

async function work(context: CliContext, word: string | undefined, mayStart: boolean): Promise<Answer> {
  const workspace = await context.workspace();
  const kinds = kindsOf(workspace, word);
  const leftOut = word === undefined ? workerKinds.filter((kind) => !kinds.includes(kind)) : [];
  const results = await runWorkers(workspace, kinds, {
    tick: await tickOptions(context, workspace, !mayStart),
    arm: context.arm,
    warn: (message) => context.output.err(`baton: ${message}\n`),
  });
  return {
    data: { results, leftOut },
    text: [...results.map(words), ...leftOut.map((kind) => `${kind}: left out, since memory is off`)].join(
      '\n',
    ),
    exitCode: results.every(({ status }) => status === 'done') ? 0 : 1,
  };
}

/** All that are switched on, unless one is named. Throws `usage`, `switched_off`. */
function kindsOf(workspace: BatonWorkspace, word: string | undefined): readonly WorkerKind[] {
  if (word === undefined)
    return workerKinds.filter((kind) => kind !== 'research' || isOn(workspace, 'memory'));
  const kind = workerKinds.find((one) => one === word);
  if (kind === undefined) throw new BatonError('usage', `"${word}" is no worker`, { allowed: workerKinds });
  if (kind === 'research') requireOn(workspace, 'memory');
  return [kind];
}

function words({ worker, status, detail, evidence, durationMs }: WorkerResult): string {
  const head = `${worker}: ${status === 'done' ? '' : 'failed: '}${detail} (${durationMs} ms)`;
  return [head, ...evidence.map((line) => `  ${line}`)].map(plain).join('\n');
}
