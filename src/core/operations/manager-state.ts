/** The memory manager's state on disk. Of two that write at once one counts, and what the other knew is found out again. */
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { emptyManagerState, type ManagerState, managerStateSchema } from '../model/memory-manager';
import type { FileSystem } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import type { BatonWorkspace } from './workspace';

type StateWorkspace = Pick<BatonWorkspace, 'root'> & { readonly ports: { readonly fs: FileSystem } };

/** Names of all tasks of a large folder. */
const maxBytes = 2_000_000;

/** An empty state when there is none, or none that makes sense. Throws `untrusted`, `io_failed`. */
export async function readManagerState({ root, ports: { fs } }: StateWorkspace): Promise<ManagerState> {
  const path = await new WorkspaceGuard(fs, root).forWriting(paths.memoryManager(root));
  if (((await fs.stat(path))?.size ?? 0) > maxBytes) return emptyManagerState;
  const bytes = await fs.read(path);
  const text = bytes && decodeUtf8(bytes);
  if (text === undefined) return emptyManagerState;
  try {
    const parsed = managerStateSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : emptyManagerState;
  } catch (error) {
    if (error instanceof SyntaxError) return emptyManagerState;
    throw error;
  }
}

/** Writes nothing when the state stays as it is. Throws `untrusted`, `io_failed`. */
export async function changeManagerState(
  workspace: StateWorkspace,
  change: Partial<Omit<ManagerState, 'v'>>,
): Promise<void> {
  const { root, ports } = workspace;
  const found = await readManagerState(workspace);
  const next: ManagerState = { ...found, ...change };
  if (JSON.stringify(next) === JSON.stringify(found)) return;
  const path = await new WorkspaceGuard(ports.fs, root).forWriting(paths.memoryManager(root));
  await replaceFile(ports.fs, path, encodeUtf8(`${JSON.stringify(next, null, 2)}\n`));
}
