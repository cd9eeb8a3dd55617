/** Whether a folder lies on a disk of another machine, as far as the platform tells. Requirement 001-39. */
import { dirname } from 'node:path';
import { fsPromises } from './slow-modules';

/** `statfs` types of Linux: NFS, SMB, CIFS, SMB2, 9P, FUSE, AFS, Ceph, Lustre, GFS2, OCFS2, shared folders of VirtualBox. */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400, 0x0bd00bd0,
  0x01161970, 0x7461636f, 0x786f4256,
]);

/** False where it cannot be told. @param path of a file that need not be there */
export async function isOnNetwork(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  if (platform === 'win32') return /^[/\\]{2}[^?.]/.test(path);
  if (platform === 'darwin') return /^\/(Volumes|Network)\//.test(path);
  try {
    return networkTypes.has((await fsPromises().statfs(dirname(path))).type);
  } catch {
    return false;
  }
}
