/** A task's state file, and the packet of whoever works on it now, as texts: for readers that take documents. */
import type { Packet } from '../protocol/packet-input';
import { packetFor, previewPacket } from './build-packet';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface TaskFile {
  /** Absolute, `/` as separator. */
  readonly path: string;
  readonly text: string;
}

/** Throws `not_found`, `duplicate_id`, and what reading throws. */
export async function readTaskFile({ store }: BatonWorkspace, id: string): Promise<TaskFile> {
  const { record, text } = await store.read(asTaskId(id));
  return { path: record.path, text };
}

/**
 * The packet for the caller's own session when that works on the task, as it would be written now; else the one that
 * the next session would get. Throws as `readTaskFile`.
 */
export async function readPacket(workspace: BatonWorkspace, id: string): Promise<Packet> {
  const { session } = workspace.acting;
  const own = session === undefined ? undefined : await workspace.sessions.get(session);
  const current = await workspace.store.read(asTaskId(id));
  if (own === undefined || own.end !== null || own.task !== current.record.id) {
    return previewPacket(workspace, id);
  }
  return (await packetFor(workspace, current, own.number, { agent: own.agent })).packet;
}
