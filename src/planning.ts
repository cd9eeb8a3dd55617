/** Planning in the editor, a bundle of its own that the extension loads with the first plan. */
import { Planning, type PlanningServices } from './vscode/planning/planning';

export function startPlanning(services: PlanningServices): Planning {
  return new Planning(services);
}
