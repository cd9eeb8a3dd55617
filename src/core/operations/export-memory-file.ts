/** `baton memory export`: everything that memory keeps, as JSON lines for people and scripts. Requirement 001-9. */
import { BatonError, isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { FileSystem } from '../ports';
import { exportMemory } from './export-memory';
import { type MemoryStanding, useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

export interface ExportReport extends MemoryStanding {
  readonly records: number;
}

/** UTF-16 units that are written at once. */
const piece = 65_536;

/**
 * Gives every line to `take`, in order. Throws `switched_off`, and what the store and `take` throw.
 *
 * @param take gets one record with its line end
 */
export function eachMemoryRecord(
  workspace: BatonWorkspace,
  take: (line: string) => Promise<void> | void,
): Promise<ExportReport> {
  return useMemory(workspace, async (memory) => {
    let records = 0;
    for await (const line of exportMemory(memory)) {
      await take(line);
      records++;
    }
    return { records };
  });
}

/**
 * Into a new file. Throws `exists` when something is there, `switched_off`, and what the file system throws; a file that
 * could not be finished is removed.
 *
 * @param path absolute, `/` as separator
 */
export async function exportMemoryFile(workspace: BatonWorkspace, path: string): Promise<ExportReport> {
  const { fs } = workspace.ports;
  await createEmpty(fs, path);
  try {
    let open = '';
    const write = async () => {
      if (open !== '') await fs.append(path, encodeUtf8(open), { sync: false });
      open = '';
    };
    const report = await eachMemoryRecord(workspace, async (line) => {
      open += line;
      if (open.length >= piece) await write();
    });
    await write();
    return report;
  } catch (error) {
    await fs.remove(path);
    throw error;
  }
}

async function createEmpty(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.createExclusive(path, new Uint8Array(), { sync: false });
  } catch (error) {
    if (!isBatonError(error, 'exists')) throw error;
    throw new BatonError('exists', `${path} is there already`, { hint: 'Give another name.' });
  }
}
