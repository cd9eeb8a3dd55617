import type { BatonWorkspace } from './workspace';

/** State files and the runtime folder are about the work, not part of it. `path` is relative to the workspace folder. */
export function isOwnFile({ config }: Pick<BatonWorkspace, 'config'>, path: string): boolean {
  const folders = ['.baton', config.tasks.folder, ...config.tasks.alsoIn];
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
