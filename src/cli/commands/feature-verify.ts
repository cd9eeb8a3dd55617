import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { showTask } from '../../core/operations/show-task';
import { type VerifyResult, verifyFeatures } from '../../core/operations/verify-features';
import {
  type NeededConsent,
  neededConsents,
  planVerification,
  type VerifyPlan,
  type VerifyTarget,
} from '../../core/operations/verify-plan';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { flag } from '../options';
import type { Register } from '../program';
import { plain, type Style, style } from '../text';

/** Of the output of a command that failed; the log has all of it. */
const shownLines = 12;

export function addVerifyCommand(feature: Command, register: Register): void {
  register(
    feature,
    'verify [id] [feature]',
    'run the command that verifies a feature, and record what came of it',
    (command) =>
      command
        .option('--all', 'features that pass, too; every task where no id is given')
        .option('--changed', 'only features that pass and whose evidence is out of date, missing or by hand')
        .option('--yes', 'agree to run the commands, without being asked')
        .option('--withdraw', 'run nothing, and take back that the commands may be run'),
    async (context, args, options) => {
      const workspace = await context.workspace();
      const plan = await planVerification(workspace, targetOf(args, options));
      if (flag(options, 'withdraw')) return withdraw(context, workspace, plan);
      const agreed = await agree(context, workspace, plan, flag(options, 'yes'));
      return verify(context, workspace, plan, agreed, args[0]);
    },
  );
}

function targetOf(args: readonly string[], options: Record<string, unknown>): VerifyTarget {
  const [task, feature] = args;
  const all = flag(options, 'all');
  const changed = flag(options, 'changed');
  if (all && changed) throw new BatonError('usage', 'Either --all or --changed');
  if (feature !== undefined && (all || changed))
    throw new BatonError('usage', 'A feature is named: --all and --changed are for several');
  if (task === undefined && !all && !changed) {
    throw new BatonError('usage', 'The task id is missing', {
      hint: 'Without one, --all or --changed verifies the features of every task.',
    });
  }
  return { task, feature, scope: all ? 'all' : changed ? 'changed' : 'open' };
}

/**
 * An agreement is a person's act: an agent's command line is neither asked nor heard. Throws `consent_needed`.
 *
 * @returns keys of all that is agreed to
 */
async function agree(
  context: CliContext,
  workspace: BatonWorkspace,
  plan: VerifyPlan,
  yes: boolean,
): Promise<ReadonlySet<string>> {
  const agreed = await context.consents();
  const needed = await neededConsents(workspace, plan, agreed);
  if (needed.length === 0) return agreed;
  const byAgent = workspace.acting.actor === 'agent';
  if (byAgent || (!yes && context.ask === undefined)) throw consentNeeded(needed, byAgent, yes);
  for (const one of needed) {
    if (!yes && !(await context.ask?.(question(workspace, one)))) throw declined(one);
    await context.keepConsent(one.key, true);
  }
  return context.consents();
}

async function withdraw(context: CliContext, workspace: BatonWorkspace, plan: VerifyPlan): Promise<Answer> {
  const agreed = await context.consents();
  const asked = await neededConsents(workspace, plan, new Set());
  const withdrawn = asked.filter(({ key }) => agreed.has(key));
  for (const { key } of withdrawn) await context.keepConsent(key, false);
  const commands = withdrawn.map(({ command }) => command);
  const lines = commands.map((command) => `You will be asked again before this is run: ${command}`);
  return { data: { withdrawn: commands }, text: lines.join('\n') || 'None of this was agreed to.' };
}

function question({ root }: BatonWorkspace, { command, features }: NeededConsent): string {
  return [
    `The task file says that ${features.map(plain).join(', ')} is verified by this command, run in ${plain(root)}:`,
    `\n\n    ${command}\n\n`,
    'It comes with the repository. Run it now, and whenever this is verified again as long as it stays the same?',
  ].join('');
}

function consentNeeded(needed: readonly NeededConsent[], byAgent: boolean, yes: boolean): BatonError {
  const who = 'A person agrees to a command once, and again when it changes';
  return new BatonError(
    'consent_needed',
    byAgent && yes
      ? 'An agent cannot agree to a command in a person’s place'
      : 'Nobody has agreed to run this yet',
    {
      details: needed.map(({ command, features }) => `${command} (${features.join(', ')})`),
      hint: byAgent
        ? `${who}: ask them to run the same words in a terminal of their own.`
        : `${who}: at a terminal you are asked; elsewhere add --yes.`,
    },
  );
}

function declined({ command }: NeededConsent): BatonError {
  return new BatonError('consent_needed', 'Nothing was run', { details: [command] });
}

async function verify(
  context: CliContext,
  workspace: BatonWorkspace,
  plan: VerifyPlan,
  agreed: ReadonlySet<string>,
  id: string | undefined,
): Promise<Answer> {
  const styled = style(context.output.colour);
  const results = await verifyFeatures(workspace, plan, {
    run: context.runCommandLine,
    agreed,
    onCommand: (command) => context.output.err(`Running: ${command}\n`),
  });
  const count = (verdict: VerifyResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  const passed = count('passed');
  return {
    data: {
      results,
      left: plan.left,
      unread: plan.unread,
      passed,
      failed: count('failed') + count('regressed'),
      regressed: count('regressed'),
      unclear: count('unclear'),
      ...(id === undefined ? {} : { task: taskShape(await showTask(workspace, id)) }),
    },
    text: () => wordsOf(plan, results, styled),
    exitCode: passed === plan.jobs.length && plan.unread.length === 0 ? 0 : 1,
  };
}

function wordsOf(
  { jobs, left, unread }: VerifyPlan,
  results: readonly VerifyResult[],
  styled: Style,
): string {
  const lines = results.flatMap((result) => resultLines(result, styled));
  if (results.length < jobs.length) lines.push(`${jobs.length - results.length} were not verified any more`);
  for (const { task, feature, why } of left) lines.push(styled.dim(`#${task} ${plain(feature)}: ${why}`));
  for (const { task, why } of unread) lines.push(styled.red(`#${task} cannot be read: ${plain(why)}`));
  return lines.length === 0 ? 'There is nothing to verify.' : lines.join('\n');
}

function resultLines(result: VerifyResult, styled: Style): readonly string[] {
  const { task, feature, command, verdict, message, durationMs, outputTail, log } = result;
  const name = `#${task} ${plain(feature)}`;
  if (verdict === 'passed') return [`${styled.green(`${name} passes`)}: ${command} (${seconds(durationMs)})`];
  const found =
    verdict === 'regressed'
      ? 'passed before and does not now'
      : verdict === 'failed'
        ? 'does not pass'
        : 'is as it was';
  const tail = outputTail
    .split('\n')
    .slice(-shownLines)
    .map((line) => styled.dim(`    ${plain(line)}`));
  return [
    `${styled.red(`${name} ${found}`)}: ${command}. ${plain(message)} (${seconds(durationMs)})`,
    ...(outputTail === '' ? [] : tail),
    styled.dim(`    All of its output: ${log}`),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
