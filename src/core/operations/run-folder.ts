/**
 * The private folder of one launch: the constant protocol, settings with hooks, instructions. Outside every repository,
 * readable by this person only, gone with the session.
 */

import { protocolFile, runFolder } from '../agents/launch-tools';
import { encodeUtf8 } from '../base/utf8';
import type { LaunchPlan } from '../model/agent-profile';
import { folderOf } from '../store/paths';
import type { BatonWorkspace } from './workspace';

const privateFolder = 0o700;
const privateFile = 0o600;

/** A folder that nobody claims for so long belongs to a workspace that is gone. */
const abandonedMs = 30 * 24 * 3600 * 1000;

type Place = Pick<BatonWorkspace, 'ports' | 'resources'>;

/** Writes the files of a plan, before its start. Throws what the file system throws. */
export async function writePrivateFiles({ ports }: Place, files: LaunchPlan['files']): Promise<void> {
  for (const { path, text } of files) {
    await ports.fs.mkdir(folderOf(path), { mode: privateFolder });
    await ports.fs.createExclusive(path, encodeUtf8(text), { sync: false, mode: privateFile });
  }
}

/** The session is over: nobody reads its private files any more. Never throws; what stays is swept later. */
export async function removeRunFolder({ ports, resources }: Place, sessionId: string): Promise<void> {
  try {
    await ports.fs.removeTree(runFolder(resources, sessionId));
  } catch (error) {
    ports.log.warn(`The private files of session ${sessionId} were not removed: ${String(error)}`);
  }
}

/** Removes what crashes left behind: folders of sessions that have ended here, and very old ones of nobody. */
export async function sweepRunFolders(workspace: BatonWorkspace): Promise<void> {
  const { fs, log } = workspace.ports;
  try {
    for (const { name, kind } of (await fs.list(workspace.resources.runsFolder)) ?? []) {
      if (kind !== 'directory') continue;
      const session = await workspace.sessions.get(name);
      const over = session === undefined ? await isAbandoned(workspace, name) : session.end !== null;
      if (over) await removeRunFolder(workspace, name);
    }
  } catch (error) {
    log.warn(`Private files of earlier launches were not looked through: ${String(error)}`);
  }
}

/** Of a session that is not on record in this workspace, so that only its age tells. */
async function isAbandoned({ ports, resources }: Place, sessionId: string): Promise<boolean> {
  const written = await ports.fs.stat(protocolFile(runFolder(resources, sessionId)));
  return written !== undefined && ports.clock.now().getTime() - written.mtimeMs > abandonedMs;
}
