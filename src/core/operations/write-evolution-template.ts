/** `baton evolve template --to`: an EVOLUTION.md to start from, in the project. Requirement 000-54. */
import { BatonError } from '../base/baton-error';
import { evolutionTemplate } from '../model/evolution-score';
import { folderOf, join } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import type { BatonWorkspace } from './workspace';
import { writeTextFile } from './write-text-file';

/**
 * Throws `invalid_input` for a path that is not in the workspace folder, `untrusted` for a link that leads out of it,
 * `exists` for a file that is there, unless `replace` says otherwise.
 *
 * @param file from the workspace folder
 */
export async function writeEvolutionTemplate(
  { ports, root }: BatonWorkspace,
  file: string,
  { replace }: { readonly replace: boolean },
): Promise<{ readonly file: string }> {
  const parts = file.split(/[/\\]/);
  if (/^(?:[/\\]|[A-Za-z]:)/.test(file) || parts.includes('..') || file.trim() === '') {
    throw new BatonError('invalid_input', `${file} is not a path in the workspace folder`);
  }
  const path = join(root, file);
  await ports.fs.mkdir(folderOf(path));
  const target = await new WorkspaceGuard(ports.fs, root).forWriting(path);
  await writeTextFile(ports, target, evolutionTemplate(), { name: file, replace });
  return { file: parts.join('/') };
}
