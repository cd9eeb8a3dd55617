/** The graph: dependencies on nothing and on oneself, and inputs that are not what upstream produced. */
import { isFinished } from '../../lifecycle/derive';
import type { HealthFinding } from '../finding';
import type { Detector } from '../health-facts';
import { at } from './effort';
import { perTask } from './per-task';

/** The task may come with the next pull, or was mistyped: a person knows. */
export const danglingDependency: Detector = perTask(({ record }, content, { graph }) =>
  graph.dangling(record.id).map((missing) => ({
    rule: 'dangling_dependency',
    severity: 'warning',
    ...at(content, 'depends_on'),
    message: `Depends on #${missing}, which does not exist here`,
  })),
);

/** Once for each circle, at its first task. */
export const cyclicDependency: Detector = ({ graph, tasks }) =>
  graph.cycles().flatMap((circle): HealthFinding[] => {
    const [first] = circle;
    const task = tasks.find(({ record }) => record.id === first);
    if (first === undefined || task === undefined) return [];
    const path = [...circle, first].map((id) => `#${id}`);
    const message =
      circle.length === 1
        ? 'Depends on itself'
        : `Stands in a circle: ${path.join(', ')}. None of them can begin`;
    return [
      { rule: 'cyclic_dependency', severity: 'error', task: first, file: task.record.relativePath, message },
    ];
  });

/** A finished task was built on what it had; to rewrite that would hide it. */
export const inputNotUpstream: Detector = perTask(({ record }, content, { graph }) =>
  graph.staleInputs(record.id).map(({ from, reason }): HealthFinding => {
    const stale = reason === 'changed';
    const finding = {
      rule: stale ? 'stale_input' : 'missing_input',
      ...at(content, 'depends_on'),
      message: stale
        ? `The chain input from #${from} is not its present output`
        : `There is no chain input from #${from}, which is completed`,
    } as const;
    if (isFinished(record.outline.status)) return { ...finding, severity: 'info' };
    return {
      ...finding,
      severity: 'warning',
      fix: `Write the present output of #${from} into the chain inputs`,
      repair: { kind: 'refresh_input', task: record.id, from },
    };
  }),
);
