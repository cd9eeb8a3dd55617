/** Finds the workspace folder from where a command was given, as git finds its repository. */
import type { FileSystem } from '../core/ports';

/**
 * The nearest folder, from `start` upwards, that holds a `.baton` folder; `start` itself when there is none, so that
 * the refusal names where the person is. @param start absolute, `/` as separator
 */
export async function findWorkspaceRoot(fs: Pick<FileSystem, 'stat'>, start: string): Promise<string> {
  for (let folder = start; folder !== ''; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    if ((await fs.stat(`${folder}/.baton`))?.kind === 'directory') return folder;
  }
  return start;
}
