/** Editing help in task files, a bundle of its own that the extension loads a moment after the tasks are shown. */
import { changeDependenciesOf } from './vscode/commands/change-dependencies';
import type { Services } from './vscode/commands/services';
import { LanguageHelp, type LanguageServices } from './vscode/editing/language/language-help';

export function startLanguageHelp(services: LanguageServices): LanguageHelp {
  return new LanguageHelp(services);
}

/** The command of that name. @param argument as the command was called with */
export function changeDependencies(services: Pick<Services, 'state'>, argument: unknown): Promise<void> {
  return changeDependenciesOf(services, argument);
}
