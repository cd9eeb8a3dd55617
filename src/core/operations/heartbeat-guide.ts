/** `.baton/HEARTBEAT.md`: guidance for autonomous work, as prose that people change; never a schedule. Resolution C10. */
import { BatonError, isBatonError } from '../base/baton-error';
import { createFile } from '../store/atomic-file';
import { folderOf, join, paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import type { BatonWorkspace } from './workspace';

/**
 * Copies the guide as it ships, unless there is one.
 *
 * @returns true when it was created. Throws `untrusted` when a link leads out of the folder, `io_failed`.
 */
export async function createHeartbeatGuide({ ports, root, resources }: BatonWorkspace): Promise<boolean> {
  const { fs } = ports;
  const shipped = join(folderOf(resources.agentsFolder), 'heartbeat', 'HEARTBEAT.md');
  const bytes = await fs.read(shipped);
  if (bytes === undefined) {
    throw new BatonError('io_failed', `${shipped} is missing`, { hint: 'Install Baton again.' });
  }
  try {
    await createFile(fs, await new WorkspaceGuard(fs, root).forWriting(paths.heartbeatGuide(root)), bytes);
    return true;
  } catch (error) {
    if (isBatonError(error, 'exists')) return false;
    throw error;
  }
}
