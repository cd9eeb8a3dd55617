/**
 * How fast work is finished, from the state files alone: `completed` of completed tasks and `tested_at` of passing
 * features. The files travel with git, so every machine counts the same; a reopened task or a feature that fails again
 * counts no more. Moments that do not read or lie in the future are left out. Requirements 000-42, 000-59.
 */
import type { TaskOutline } from '../model/task';
import type { BatonWorkspace } from './workspace';

export interface Pace {
  readonly count: number;
  /** A day, over the whole window, to two decimals. */
  readonly perDay: number;
}

export interface Velocity {
  readonly tasks: { readonly last7: Pace; readonly last14: Pace };
  readonly features: { readonly last7: Pace; readonly last14: Pace };
}

const dayMs = 86_400_000;

/** As of the store's last refresh: call it after a snapshot. */
export function velocity(workspace: Pick<BatonWorkspace, 'store' | 'ports'>): Velocity {
  const outlines = workspace.store.tasks().map(({ outline }) => outline);
  return velocityOf(outlines, workspace.ports.clock.now());
}

export function velocityOf(
  outlines: readonly Pick<TaskOutline, 'status' | 'tracking' | 'features'>[],
  now: Date,
): Velocity {
  const tasks = outlines.flatMap(({ status, tracking }) =>
    status === 'completed' && tracking?.completed !== undefined ? [tracking.completed] : [],
  );
  const features = outlines.flatMap((outline) => outline.features.passedAt ?? []);
  return { tasks: paces(tasks, now), features: paces(features, now) };
}

function paces(moments: readonly string[], now: Date): Velocity['tasks'] {
  const ages = moments.map((moment) => now.getTime() - Date.parse(moment));
  const within = (days: number): Pace => {
    const count = ages.filter((age) => age >= 0 && age < days * dayMs).length;
    return { count, perDay: Math.round((count / days) * 100) / 100 };
  };
  return { last7: within(7), last14: within(14) };
}
