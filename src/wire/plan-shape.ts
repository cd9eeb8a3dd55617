/** Plans as the command line sends them. */
import type { Plan, PlanProblem } from '../core/model/plan';
import type { AcceptedPlan } from '../core/operations/accept-plan';

export function planShape({ title, goal, prd, epic, tasks }: Plan) {
  return {
    title,
    goal,
    prd: prd === '' ? null : prd,
    epic: epic === '' ? null : epic,
    tasks: tasks.map(({ key, title: words, description, criteria, features, dependsOn }) => ({
      key,
      title: words,
      description,
      criteria,
      features,
      dependsOn,
    })),
  };
}

export function planProblemShape({ code, message, line }: PlanProblem) {
  return { code, message, line };
}

export function acceptedPlanShape({ id, title, goal, prd, at, by, session, tasks }: AcceptedPlan) {
  return { id, title, goal, prd, at, by, session, tasks };
}
