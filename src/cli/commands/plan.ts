import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import type { Plan } from '../../core/model/plan';
import { acceptPlanText, type PlanAccepted } from '../../core/operations/accept-plan';
import { checkPlan } from '../../core/operations/check-plan';
import { chooseAgent } from '../../core/operations/list-agents';
import { createPlanningTask } from '../../core/operations/plan-with-agent';
import { type PlanSource, type ProposedPlan, proposePlan } from '../../core/operations/propose-plan';
import { writeTextFile } from '../../core/operations/write-text-file';
import { acceptedPlanShape, planProblemShape, planShape } from '../../wire/plan-shape';
import { taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { argument, flag, text } from '../options';
import type { Register } from '../program';
import { plain, type Style, style } from '../text';
import { launch } from './launch';

export function addPlanCommands(program: Command, register: Register): void {
  const group = program
    .command('plan')
    .description('turn a goal or a document into a chain of tasks, shown first and created when you say so');
  register(
    group,
    'propose [goal...]',
    'show the plan of a goal, or of a document (this is what `baton plan GOAL` does)',
    (command) =>
      command
        .option('--prd <file>', 'a Markdown document instead of a goal; `-` for standard input')
        .option('--out <file>', 'write the plan as a text to edit, for `baton plan accept`')
        .option('--replace', 'with --out: write over a file that is there')
        .option('--accept', 'create its tasks at once')
        .option('--agent <name>', 'let an agent make the plan: creates a task for it, and launches it')
        .option('--headless', 'with --agent: run it once without a person'),
    async (context, args, options) => plan(context, args, options),
    { isDefault: true },
  );
  register(
    group,
    'check <file>',
    'say what keeps a plan from being accepted',
    (command) => command,
    async (context, args) => check(context, await context.readText(argument(args, 0, 'The file'))),
  );
  register(
    group,
    'accept <file>',
    'create the tasks of a plan that was edited',
    (command) => command,
    async (context, args) => {
      const written = await context.readText(argument(args, 0, 'The file'));
      return accepted(await acceptPlanText(await context.workspace(), written));
    },
  );
}

async function plan(
  context: CliContext,
  args: readonly string[],
  options: Record<string, unknown>,
): Promise<Answer> {
  const out = text(options, 'out');
  const agent = text(options, 'agent');
  if ([out !== undefined, flag(options, 'accept'), agent !== undefined].filter(Boolean).length > 1) {
    throw new BatonError('usage', 'Give one of --out, --accept and --agent');
  }
  const source = await sourceOf(context, args, options);
  const workspace = await context.workspace();
  if (agent !== undefined) return planWith(context, source, agent, flag(options, 'headless'));
  const proposed = await proposePlan(workspace, source);
  for (const notice of proposed.notices) context.output.err(`${notice}\n`);
  if (flag(options, 'accept')) return accepted(await acceptPlanText(workspace, proposed.text));
  if (out !== undefined) {
    const replace = flag(options, 'replace');
    await writeTextFile(workspace.ports, absolute(context, out), proposed.text, { name: out, replace });
  }
  return shown(context, proposed, out);
}

async function sourceOf(
  context: CliContext,
  args: readonly string[],
  options: Record<string, unknown>,
): Promise<PlanSource> {
  const prd = text(options, 'prd');
  const goal = args.join(' ').trim();
  if ((prd === undefined) === (goal === '')) {
    throw new BatonError('usage', 'Give a goal, or a document with --prd', {
      hint: 'For example: baton plan "Build the login page and write its tests"',
    });
  }
  if (prd === undefined) return { goal };
  const path = prd === '-' ? undefined : absolute(context, prd);
  return { prd: { path, text: await context.readText(prd) } };
}

function absolute({ cwd }: CliContext, file: string): string {
  const path = /^(?:[/\\]|[A-Za-z]:)/.test(file) ? file : `${cwd}/${file}`;
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function shown(
  { output }: CliContext,
  { plan: proposed, text: words, notices }: ProposedPlan,
  out?: string,
): Answer {
  const next =
    out === undefined
      ? 'Nothing is created yet. Create it with --accept, or edit it first with --out FILE.'
      : `Written to ${out}. Edit it, then: baton plan accept ${out}`;
  return {
    data: { plan: planShape(proposed), text: words, notices, file: out ?? null },
    text: () => [...planLines(proposed, style(output.colour)), '', next].join('\n'),
  };
}

function planLines({ title, tasks }: Plan, styled: Style): readonly string[] {
  const lines = tasks.flatMap((task) => [
    `${styled.bold(task.key)}  ${plain(task.title)}${task.dependsOn.length === 0 ? '' : styled.dim(`  after ${task.dependsOn.join(', ')}`)}`,
    ...task.criteria.map((criterion) => `      [ ] ${plain(criterion)}`),
    ...task.features.map(({ id, description }) => `      ${styled.dim(id)}  ${plain(description)}`),
  ]);
  return [styled.bold(plain(title)), '', ...lines];
}

function check({ output }: CliContext, words: string): Answer {
  const { plan: read, problems } = checkPlan(words);
  const styled = style(output.colour);
  const lines = problems.map(({ line, message }) => styled.red(`line ${line}: ${plain(message)}`));
  return {
    data: { plan: planShape(read), problems: problems.map(planProblemShape) },
    text: () =>
      [...planLines(read, styled), '', ...(lines.length === 0 ? ['It can be accepted.'] : lines)].join('\n'),
    exitCode: problems.length === 0 ? 0 : 1,
  };
}

function accepted({ plan: kept, tasks }: PlanAccepted): Answer {
  const lines = kept.tasks.map(({ id, title, dependsOn }) => {
    const after = dependsOn.length === 0 ? '' : `, after ${dependsOn.map((one) => `#${one}`).join(', ')}`;
    return `Created #${id}: ${plain(title)}${after}`;
  });
  return {
    data: { plan: acceptedPlanShape(kept), tasks: tasks.map(taskShape) },
    text: lines.join('\n'),
  };
}

async function planWith(
  context: CliContext,
  source: PlanSource,
  name: string,
  headless: boolean,
): Promise<Answer> {
  const workspace = await context.workspace();
  const agent = await chooseAgent(workspace, await context.userProfiles(), name);
  const task = await createPlanningTask(workspace, source, agent.id);
  context.output.err(`Created #${task.id}: ${plain(task.title)}\n`);
  return launch(context, task.id, {
    agent: agent.id,
    continueOwn: false,
    mode: headless ? 'headless' : 'interactive',
  });
}
