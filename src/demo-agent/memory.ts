/**
 * What the demonstration agent knows by heart. It comes from the packet, or from what the start hook told; a compaction
 * takes it away, and the start hook, or the packet once more, brings it back.
 */
import { readFile } from 'node:fs/promises';
import type { Running } from './session-state';
import { type PacketFacts, readContext, readPacket } from './task-file';

/** What the start hook told, if anything. */
export async function hearStart({ hooks, memory }: Running, source: 'startup' | 'compact'): Promise<void> {
  const { context } = await hooks.call('start', { source });
  memory.told = context === undefined ? undefined : readContext(context);
}

/** Reads the packet: the one it was launched with, else the one the start hook named, else what the hook told is all. */
export async function readBriefing({ options, memory }: Running): Promise<void> {
  const path = options.packet ?? memory.told?.packet;
  memory.facts = path === undefined ? memory.told : readPacket(await readFile(path, 'utf8'));
}

/** Runs out of room: what was known is gone, and only what comes back can be used from here on. */
export async function compact(running: Running): Promise<void> {
  const { hooks, memory, screen } = running;
  const { keep } = await hooks.call('preCompact');
  memory.facts = undefined;
  await hearStart(running, 'compact');
  if (memory.told === undefined) await readBriefing(running);
  else memory.facts = memory.told;
  await screen.say('The context ran out of room and was compacted.');
  if (keep !== undefined) await screen.say(`Kept: ${keep}`);
  await screen.say(`Known again from the ${memory.told ? 'start hook' : 'packet'}: ${known(memory.facts)}`);
}

function known(facts: PacketFacts | undefined): string {
  return facts?.next === undefined ? 'no next feature' : `next is ${facts.next}`;
}
