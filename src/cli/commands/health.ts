import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { checkHealth, type FindingView, type HealthReport } from '../../core/operations/check-health';
import { type FixReport, fixHealth } from '../../core/operations/fix-health';
import { listFixes, undoFix } from '../../core/operations/undo-fix';
import type { Answer, CliContext } from '../context';
import { flag, integer, text } from '../options';
import type { Register } from '../program';
import { plain, type Style, style } from '../text';

export function addHealthCommand(program: Command, register: Register): void {
  register(
    program,
    'health',
    'look for what is broken; changes nothing unless told to',
    (command) =>
      command
        .option('--fix [rule]', 'repair what can be repaired, or only this rule; every repair can be undone')
        .option('--undo <n>', 'put files back as they were before a repair'),
    async (context, _args, options) => {
      const undo = integer(options, 'undo', { min: 1, max: 999_999_999 });
      const rule = text(options, 'fix');
      const fix = rule !== undefined || flag(options, 'fix');
      if (undo !== undefined && fix) throw new BatonError('usage', 'Give --fix or --undo, not both');
      if (undo !== undefined) return undone(context, undo);
      return fix ? fixed(context, rule) : reported(context);
    },
  );
  const health = program.commands.find((command) => command.name() === 'health');
  if (health === undefined) throw new Error('The health command was not added');
  register(
    health,
    'fixes',
    'list the repairs that were made, with the number that undoes each',
    (command) => command,
    listed,
  );
}

async function listed(context: CliContext): Promise<Answer> {
  const fixes = (await listFixes(await context.workspace({ asFound: true }))).map(
    ({ number, at, rule, message, task, state, files }) => ({
      ...{ repair: number, at, rule, message, task, state },
      files: files.map(({ path }) => path),
    }),
  );
  const styled = style(context.output.colour);
  const lines = fixes.map(
    ({ repair, at, rule, message, task, state }) =>
      `${styled.bold(String(repair))}  ${plain(at)}  ${task === null ? '' : `#${task} `}${plain(message)} ${styled.dim(`(${plain(rule)}, ${state})`)}`,
  );
  return { data: { fixes }, text: lines.join('\n') || 'No repairs were made here.' };
}

async function reported(context: CliContext): Promise<Answer> {
  const report = await checkHealth(await context.workspace({ asFound: true }));
  return {
    data: report,
    text: reportText(report, style(context.output.colour)),
    exitCode: exitCodeOf(report),
  };
}

async function fixed(context: CliContext, rule: string | undefined): Promise<Answer> {
  const result = await fixHealth(await context.workspace({ asFound: true }), rule);
  const { report, ...rest } = result;
  return {
    data: { ...rest, ...report },
    text: fixText(result, style(context.output.colour)),
    exitCode: result.failed.length > 0 ? 1 : exitCodeOf(report),
  };
}

async function undone(context: CliContext, number: number): Promise<Answer> {
  const result = await undoFix(await context.workspace({ asFound: true }), number);
  const files = result.files.map((file) => `  ${plain(file)}`);
  return {
    data: { undone: result },
    text: [`Undid repair ${result.repair} (${result.rule})`, ...files].join('\n'),
  };
}

function exitCodeOf({ counts }: HealthReport): number {
  return counts.error > 0 ? 1 : 0;
}

function reportText(report: HealthReport, styled: Style): string {
  if (report.findings.length === 0) return 'Healthy: nothing was found.';
  const { error, warning, info, fixable } = report.counts;
  const lines = report.findings.flatMap((finding) => findingLines(finding, styled));
  lines.push('', `${counted(error, 'error')}, ${counted(warning, 'warning')}, ${info} to know`);
  if (fixable > 0) lines.push(`${fixable} can be fixed: baton health --fix`);
  return lines.join('\n');
}

function findingLines(finding: FindingView, styled: Style): readonly string[] {
  const { rule, severity, task, file, line, message, fix } = finding;
  const colour = { error: styled.red, warning: styled.yellow, info: styled.dim }[severity];
  const place = file === null ? '' : ` ${file}${line === null ? '' : `:${line}`}`;
  const about = task === null ? '' : ` #${task}`;
  const head = `${colour(severity)}${about}${plain(place)}: ${plain(message)} ${styled.dim(`(${rule})`)}`;
  return fix === null ? [head] : [head, `  fix: ${plain(fix)}`];
}

function fixText({ fixed: done, failed, report }: FixReport, styled: Style): string {
  const lines = done.map(({ finding, repair }) =>
    repair === null
      ? `gone by itself: ${plain(finding.message)}`
      : `${styled.green('fixed')}${finding.task === null ? '' : ` #${finding.task}`}: ${plain(finding.message)} (${finding.rule}; undo with --undo ${repair})`,
  );
  for (const { finding, message } of failed) {
    lines.push(`${styled.red('not fixed')}: ${plain(finding.message)}\n  ${plain(message)}`);
  }
  if (lines.length === 0) lines.push('Nothing to fix.');
  return [...lines, '', reportText(report, styled)].join('\n');
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
