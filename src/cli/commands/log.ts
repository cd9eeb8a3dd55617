import type { Command } from 'commander';
import { type ReplayResult, replayLog } from '../../core/operations/replay-log';
import { type LogVerification, verifyLog } from '../../core/operations/verify-log';
import type { Register } from '../program';
import { plain } from '../text';

export function addLogCommands(program: Command, register: Register): void {
  const log = program.command('log').description('the change log: what was changed, and whether it holds');
  register(
    log,
    'verify',
    'check every segment of the change log',
    (command) => command,
    async (context) => {
      const result = await verifyLog(await context.workspace({ asFound: true }));
      return { data: result, text: verificationText(result), exitCode: result.sound ? 0 : 1 };
    },
  );
  register(
    log,
    'replay',
    'finish what was cut short, and say what became of it',
    (command) => command,
    async (context) => {
      const result = await replayLog(await context.workspace({ asFound: true }));
      return { data: result, text: replayText(result) };
    },
  );
}

function verificationText(result: LogVerification): string {
  const { segments, records, lastSeq, pending, missing, sound } = result;
  const lines = segments.flatMap((segment) => [
    `${segment.segment}: ${segment.records} changes`,
    ...segment.torn.map(({ line, length }) => `  line ${line}: cut short, ${length} bytes`),
    ...segment.damaged.map(({ line, length }) => `  line ${line}: damaged, ${length} bytes`),
  ]);
  for (const { from, to } of missing) lines.push(`missing: ${from === to ? from : `${from} to ${to}`}`);
  lines.push(`${records} changes, the last is ${lastSeq}; ${pending} without an outcome`);
  lines.push(sound ? 'The log is sound.' : 'The log is damaged: see baton health.');
  return lines.join('\n');
}

function replayText(result: ReplayResult): string {
  const lines = [
    ...result.applied.map(({ seq, type, file }) => `made now: ${seq} ${type} ${file}`),
    ...result.done.map(({ seq, type, file }) => `was made: ${seq} ${type} ${file}`),
    ...result.conflicts.map(
      ({ seq, type, file, kept }) =>
        `conflict: ${seq} ${type}; ${file} is as it was, the change is in ${kept}`,
    ),
    ...result.earlierConflicts.map((file) => `still open: ${file}`),
  ];
  if (result.quarantined > 0) lines.push(`${result.quarantined} damaged lines were put aside`);
  return lines.length === 0 ? 'Nothing was cut short.' : lines.map(plain).join('\n');
}
