/** What is wrong with what a task builds on: upstream tasks that do not exist or wait for it, and inputs that are old. */
import type { TextRange } from '../base/text-edit';
import type { Status } from '../model/status';
import type { Severity, TaskId } from '../model/task';
import { type TaskReference, taskReferences } from './task-references';
import type { TaskText } from './task-text';

export interface UpstreamProblem {
  readonly code: 'dangling_dependency' | 'cyclic_dependency' | 'stale_input' | 'missing_input';
  readonly severity: Severity;
  readonly range: TextRange;
  readonly upstream: TaskId;
  /** Of a circle: along what the task feeds, up to the upstream task. */
  readonly circle?: readonly TaskId[];
}

/** The tasks around the one whose text is looked at. */
export interface Neighbours {
  /** Undefined where no task has that id. */
  readonly find: (
    id: TaskId,
  ) => { readonly status: Status; readonly output: { readonly hash: string } | undefined } | undefined;
  /** The circle that the upstream task closes; undefined when it closes none. */
  readonly circle: (upstream: TaskId) => readonly TaskId[] | undefined;
}

/** Each at the place that names the upstream task, in the order of `depends_on`. */
export function upstreamProblems(task: TaskText, neighbours: Neighbours): readonly UpstreamProblem[] {
  const { dependsOn } = task.outline;
  if (dependsOn.length === 0) return [];
  const references = taskReferences(task).filter(({ kind }) => kind === 'depends_on' || kind === 'input');
  return dependsOn.flatMap((upstream): UpstreamProblem[] => {
    const named = declaration(references, upstream);
    if (named === undefined) return [];
    const found = { range: named.range, upstream };
    const source = neighbours.find(upstream);
    if (source === undefined) return [{ code: 'dangling_dependency', severity: 'warning', ...found }];
    const circle = neighbours.circle(upstream);
    if (circle !== undefined) return [{ code: 'cyclic_dependency', severity: 'error', ...found, circle }];
    return inputProblem(task, references, { ...found, source });
  });
}

type Source = NonNullable<ReturnType<Neighbours['find']>>;

/** A finished task was built on what it had. */
function inputProblem(
  { outline }: TaskText,
  references: readonly TaskReference[],
  { range, upstream, source }: Pick<UpstreamProblem, 'range' | 'upstream'> & { readonly source: Source },
): UpstreamProblem[] {
  if (source.status !== 'completed' || source.output === undefined) return [];
  const severity = outline.status === 'completed' || outline.status === 'cancelled' ? 'info' : 'warning';
  const input = outline.inputs.find(({ from }) => from === upstream);
  if (input === undefined) return [{ code: 'missing_input', severity, range, upstream }];
  if (input.hash === source.output.hash) return [];
  const heading = references.find(({ kind, id }) => kind === 'input' && id === upstream);
  return [{ code: 'stale_input', severity, range: heading?.whole ?? range, upstream }];
}

/** In the front matter, else the heading that the dependency was derived from. */
function declaration(references: readonly TaskReference[], id: TaskId): TaskReference | undefined {
  const own = references.filter((one) => one.id === id);
  return own.find(({ kind }) => kind === 'depends_on') ?? own[0];
}
