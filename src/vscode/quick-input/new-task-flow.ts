/** The questions for a new task: title, upstream tasks, acceptance criteria, features, agent. Writes nothing. */
import * as vscode from 'vscode';
import type { TaskId } from '../../core/model/task';
import { type CreateTaskInput, maxTitle } from '../../core/operations/create-task';
import type { KnownAgent } from '../../core/operations/list-agents';
import type { TaskView } from '../../core/operations/task-view';
import { taskFace, taskLabel } from '../task-face';
import { themeIcon } from '../views/tree-provider';
import { agentChoices } from './agent-choices';
import { type Answer, askList, askMany, askPick, askText, type Choice } from './ask';
import { type EntryList, emptyList } from './entry-list';
import { type FeatureInput, parseFeature, writeFeature } from './feature-input';
import { runSteps, type Step, type StepResult } from './steps';
import { parseTitle, titleProblem } from './title-input';

interface Draft {
  readonly title: string;
  readonly dependsOn: readonly TaskId[];
  readonly criteria: EntryList<string>;
  readonly features: EntryList<FeatureInput>;
  readonly agent: string | undefined;
}

export interface NewTaskSurroundings {
  /** Tasks the new one may build on. */
  readonly tasks: readonly TaskView[];
  readonly agents: readonly KnownAgent[];
  readonly upstream: readonly TaskId[];
}

/** Rejects with `Cancelled` when the person gives up at any step. */
export async function askNewTask(around: NewTaskSurroundings): Promise<CreateTaskInput> {
  const steps = [
    titleStep(around.tasks),
    ...(around.tasks.length > 0 ? [upstreamStep(around.tasks)] : []),
    criteriaStep,
    featuresStep,
    agentStep(around.agents),
  ];
  const draft = await runSteps<Draft>(
    { title: '', dependsOn: around.upstream, criteria: emptyList(), features: emptyList(), agent: undefined },
    steps,
  );
  const { id, title } = parseTitle(draft.title);
  return {
    ...(id === undefined ? {} : { id }),
    title,
    dependsOn: draft.dependsOn,
    criteria: draft.criteria.entries,
    features: draft.features.entries,
    agent: draft.agent,
  };
}

function titleStep(tasks: readonly TaskView[]): Step<Draft> {
  const taken = new Set<string>(tasks.map(({ id }) => id));
  return async (draft, position) => {
    const answer = await askText({
      ...position,
      title: vscode.l10n.t('New Task: Title'),
      prompt: vscode.l10n.t('What is to be done? One line. Begin with #id to choose the id yourself.'),
      placeholder: vscode.l10n.t('JWT Service'),
      value: draft.title,
      refuse: (value) => refusal(value, taken),
    });
    return result(answer, { ...draft, title: answer.value });
  };
}

function refusal(typed: string, taken: ReadonlySet<string>): string | undefined {
  const { t } = vscode.l10n;
  const { id = '' } = parseTitle(typed);
  switch (titleProblem(typed, taken)) {
    case 'empty':
      return t('A task needs a title.');
    case 'no_id':
      return t('“{0}” is no task id.', id);
    case 'taken':
      return t('There is already a task #{0}.', id);
    case 'too_long':
      return t('At most {0} characters.', maxTitle);
    case undefined:
      return undefined;
  }
}

function upstreamStep(tasks: readonly TaskView[]): Step<Draft> {
  return async (draft, position) => {
    const answer = await askMany<TaskId>({
      ...position,
      title: vscode.l10n.t('New Task: Upstream'),
      placeholder: vscode.l10n.t('Tasks it builds on; none is fine'),
      items: tasks.map((task) => taskChoice(task)),
      chosen: (id) => draft.dependsOn.includes(id),
    });
    return result(answer, { ...draft, dependsOn: answer.value });
  };
}

const criteriaStep: Step<Draft> = async (draft, position) => {
  const answer = await askList<string>({
    ...position,
    title: vscode.l10n.t('New Task: Acceptance Criteria'),
    placeholder: vscode.l10n.t('An acceptance criterion, then Enter; Enter on the empty box goes on'),
    addedHeading: vscode.l10n.t('Acceptance Criteria'),
    list: draft.criteria,
    parse: (typed) => typed,
    write: (criterion) => criterion,
  });
  return result(answer, { ...draft, criteria: answer.value });
};

const featuresStep: Step<Draft> = async (draft, position) => {
  const answer = await askList<FeatureInput>({
    ...position,
    title: vscode.l10n.t('New Task: Features'),
    placeholder: vscode.l10n.t('A feature to build and verify, then Enter; Enter on the empty box goes on'),
    addedHeading: vscode.l10n.t('Features'),
    list: draft.features,
    parse: (typed, others) => parseFeature(typed, others, draft.title),
    write: writeFeature,
  });
  return result(answer, { ...draft, features: answer.value });
};

function agentStep(agents: readonly KnownAgent[]): Step<Draft> {
  return async (draft, position) => {
    const none: Choice<string | undefined> = {
      label: vscode.l10n.t('Decide at launch'),
      iconPath: new vscode.ThemeIcon('circle-large-outline'),
      value: undefined,
    };
    const choices: readonly Choice<string | undefined>[] = [
      none,
      ...agentChoices(agents).map((choice) => ({ ...choice, value: choice.value.profile.id })),
    ];
    const answer = await askPick<string | undefined>({
      ...position,
      title: vscode.l10n.t('New Task: Agent'),
      placeholder: vscode.l10n.t('The agent that will work on it'),
      items: choices,
      active: choices.find(({ value }) => value === draft.agent),
    });
    const agent = answer.move === 'next' ? answer.value : draft.agent;
    return { move: answer.move, state: { ...draft, agent } };
  };
}

/** A task as a row to pick, with the look it has in the tree. */
export function taskChoice(task: TaskView): Choice<TaskId> {
  const face = taskFace(task, vscode.l10n);
  return {
    label: taskLabel(task),
    description: face.description,
    iconPath: themeIcon(face.icon.replace('~spin', ''), face.color),
    value: task.id,
  };
}

function result(answer: Answer<unknown>, state: Draft): StepResult<Draft> {
  return { move: answer.move, state };
}
