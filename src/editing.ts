/** Editing help in task files, a bundle of its own that the extension loads with the first task file somebody opens. */
import { LanguageHelp, type LanguageServices } from './vscode/editing/language/language-help';

export function startLanguageHelp(services: LanguageServices): LanguageHelp {
  return new LanguageHelp(services);
}
