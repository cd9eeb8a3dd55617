/** What the scripted model does, as steps by the agent's own tools. */
import { readFileSync } from 'node:fs';
import type { Lines } from '../../../src/core/agents/packet-parts';
import type { AgentProbe } from '../../../src/core/model/agent-profile';
import type { ModelRequest, ModelScript } from '../../../src/doctor/model-server';
import type { ModelStep } from '../../../src/doctor/model-step';
import { packetNamed, textsOf } from '../../../src/doctor/model-words';
import { readPartStep, readStep, shellStep } from '../../../src/doctor/probe-profile';

export type Move = (turn: ModelRequest) => ModelStep | 'hold';

/** The moves in their order, one a turn; then it wants to end its turn. */
export function inOrder(...moves: readonly Move[]): ModelScript {
  return (turn, number) => moves[number]?.(turn) ?? { say: 'Done for now.' };
}

export const hold: Move = () => 'hold';

export function say(words: string): Move {
  return () => ({ say: words });
}

/** Reads the packet that the newest prompt names. @param seen gets the packet's text as it is on disk at that moment */
export function readPacket(probe: AgentProbe, seen: (packet: string, path: string) => void = () => {}): Move {
  return (turn) => {
    const path = packetNamed(turn);
    if (path === undefined) return { say: 'No packet is named.' };
    seen(readFileSync(path, 'utf8'), path);
    return readStep(probe, path) ?? { say: 'There is no tool to read with.' };
  };
}

/** Reads the packet in the parts that the prompt names, one a turn. */
export function readParts(probe: AgentProbe): ModelScript {
  let path: string | undefined;
  let parts: readonly Lines[] = [];
  return (turn, number) => {
    if (number === 0) {
      path = packetNamed(turn);
      parts = partsNamed(turn);
    }
    const part = parts[number];
    if (path === undefined || part === undefined) return { say: 'Done for now.' };
    return readPartStep(probe, path, part) ?? { say: 'There is no tool to read with.' };
  };
}

function partsNamed(turn: ModelRequest): readonly Lines[] {
  const named = textsOf(turn).flatMap(
    (text) => /first, part by part .*\(lines ([\d, -]+)\)/.exec(text)?.[1] ?? [],
  );
  const pairs = [...(named.at(-1) ?? '').matchAll(/(\d+)-(\d+)/g)];
  return pairs.map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
}

export function shell(probe: AgentProbe, command: string, inputTokens?: number): Move {
  const step = shellStep(probe, command) ?? { say: 'There is no shell.' };
  return () => ({ ...step, ...(inputTokens !== undefined && { inputTokens }) });
}

/** Baton as any agent calls it: by the variable, since a login shell may make a PATH of its own. */
export function baton(probe: AgentProbe, ...words: readonly string[]): Move {
  const quoted = words.map((word) => (/^[\w-]+$/.test(word) ? word : `'${word}'`));
  return shell(probe, ['"$BATON_COMMAND"', ...quoted].join(' '));
}
