/**
 * The constant part of the protocol, for agents that take a file of instructions at start (profile reference
 * `protocolFile`). It outlives a compaction of the context, so it says where the packet is and what never changes.
 */
import { fillText } from './fill-text';
import { type ProtocolTextName, type ProtocolTexts, textNamed } from './texts';

/** Agents cut what they add to the system prompt at about 10,000 characters. Source: agents.md, finding 3. */
export const protocolFileLimit = 9000;

const constantTexts: readonly ProtocolTextName[] = ['agent-instructions', 'why', 'verification'];

const opening = `# Working under Baton

Baton launched you on one task and keeps its state in a file, so that any session can be continued by another.

- The packet to read first is the file named by the environment variable BATON_PACKET. Read it again whenever your context was compacted or you are unsure which step you are at.
- The task file is named by BATON_TASK_FILE. It is the truth about the task; your memory is not.
- Before you end, append your entry to the Progress Log of the task file.`;

/**
 * The heart of it in one line, for agents that take a text as an argument only. Nothing of the user's own texts is in
 * it, since what stands in an argument may not hold everything.
 */
export const protocolLine =
  'Baton launched you on one task and keeps its state in a file, so that any session can be continued by another. ' +
  'Read the packet first: the file named by the environment variable BATON_PACKET; read it again whenever your context was compacted or you are unsure which step you are at. ' +
  'The task file, named by BATON_TASK_FILE, is the truth about the task; your memory is not. ' +
  'Work on one feature at a time; never remove or reword features; mark one as passing only after you have verified it. ' +
  'Ask before anything destructive or shared. ' +
  'Before you end, append your entry to the Progress Log of the task file.';

/**
 * The file's text, the same for every task and session. Texts that would take it over the limit are left to the
 * packet, whole.
 */
export function protocolFileText(texts: ProtocolTexts, baton: string): string {
  const facts = { baton, id: '$BATON_TASK_ID', file: 'the task file', cwd: 'the folder you started in' };
  let text = opening;
  for (const name of constantTexts) {
    const next = `${text}\n\n${fillText(textNamed(texts, name).body, facts)}`;
    if (next.length < protocolFileLimit) text = next;
  }
  return `${text}\n`;
}
