/** The one line an agent is started with. It names the packet and nothing of the task (product.md section 6). */
import { type Lines, linesText } from './packet-parts';

/**
 * @param resume the task has had a session before
 * @param continued the agent goes on in a session of its own, so that it may take what it remembers for the truth
 * @param parts what to read one by one, where the agent's model is not shown the whole file at once
 */
export function startPrompt({
  packetPath,
  resume,
  continued = false,
  parts = [],
}: {
  readonly packetPath: string;
  readonly resume: boolean;
  readonly continued?: boolean;
  readonly parts?: readonly Lines[];
}): string {
  const lines =
    parts.length === 0
      ? ''
      : `, part by part since one read would not show you all of it (lines ${linesText(parts)})`;
  const read = `Read the whole file "${packetPath}" first${lines}`;
  if (continued) {
    return `${read}: it is newer than what you remember of this task; then continue the task it describes, following its protocol from step 1.`;
  }
  const then = resume ? 'continue' : 'work on';
  return `${read}; then ${then} the task it describes, following its protocol from step 1.`;
}
