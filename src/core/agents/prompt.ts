/** The one line an agent is started with. It names the packet and nothing of the task (product.md section 6). */

/**
 * @param resume the task has had a session before
 * @param continued the agent goes on in a session of its own, so that it may take what it remembers for the truth
 */
export function startPrompt({
  packetPath,
  resume,
  continued = false,
}: {
  readonly packetPath: string;
  readonly resume: boolean;
  readonly continued?: boolean;
}): string {
  const read = `Read the whole file "${packetPath}" first`;
  if (continued) {
    return `${read}: it is newer than what you remember of this task; then continue the task it describes, following its protocol from step 1.`;
  }
  const then = resume ? 'continue' : 'work on';
  return `${read}; then ${then} the task it describes, following its protocol from step 1.`;
}
