/** `baton flush`: the working buffer goes into the daily notes, for instance before an agent's context is compacted. */
import type { Rendered } from './start-renderings';
import type { BatonWorkspace } from './workspace';

/** @param reason in a word or two, as `compaction`; it stands in the notes. Throws `locked`, `conflict`, `io_failed`. */
export function flushBuffer(workspace: BatonWorkspace, reason = 'asked for'): Promise<Rendered> {
  return workspace.renderings.flush(reason.replace(/\s+/g, ' ').trim().slice(0, 60) || 'asked for');
}
