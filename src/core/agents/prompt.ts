/** The one line an agent is started with. It names the packet and nothing of the task (product.md section 6). */

export function startPrompt({
  packetPath,
  resume,
}: {
  readonly packetPath: string;
  readonly resume: boolean;
}): string {
  const then = resume
    ? 'continue the task it describes, following its protocol from step 1'
    : 'work on the task it describes, following its protocol from step 1';
  return `Read the whole file "${packetPath}" first; then ${then}.`;
}
