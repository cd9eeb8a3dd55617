/** `baton plan check`: what keeps a plan's text from being accepted, without creating anything. */
import type { Plan, PlanProblem } from '../model/plan';
import { readPlan } from '../planner/read-plan';

export function checkPlan(text: string): { readonly plan: Plan; readonly problems: readonly PlanProblem[] } {
  return readPlan(text);
}
