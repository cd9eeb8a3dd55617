/** How busy this machine is. Source: requirements 002-5, 002-25. */
import { availableParallelism, type CpuInfo, cpus, freemem, loadavg, platform, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Machine, MachineLoad } from '../core/ports';
import { childProcess } from './slow-modules';

/** Between two looks at the processors, where the system keeps no average. */
const sampleMs = 250;
const askLimitMs = 1000;

/** What it is asked of; tests give another. */
export interface MachineFacts {
  readonly platform: string;
  loadAverage(): number;
  processors(): readonly CpuInfo[];
  /** Percent of memory that is free, as a text. */
  askMemory(): Promise<string>;
}

const ownFacts: MachineFacts = {
  platform: platform(),
  loadAverage: () => loadavg()[0] ?? 0,
  processors: cpus,
  askMemory: async () => {
    const asked = promisify(childProcess().execFile)('/usr/sbin/sysctl', ['-n', 'kern.memorystatus_level'], {
      timeout: askLimitMs,
    });
    return (await asked).stdout;
  },
};

export class NodeMachine implements Machine {
  readonly #facts: MachineFacts;

  constructor(facts: MachineFacts = ownFacts) {
    this.#facts = facts;
  }

  async load(): Promise<MachineLoad> {
    const [load1PerCore, freeMemoryRatio] = await Promise.all([this.#processors(), this.#freeMemory()]);
    return { load1PerCore, freeMemoryRatio };
  }

  /** Windows has no load average: Node answers 0 there, so the processors are looked at twice. */
  async #processors(): Promise<number> {
    if (this.#facts.platform !== 'win32') return this.#facts.loadAverage() / availableParallelism();
    const before = this.#facts.processors();
    await delay(sampleMs);
    return busyBetween(before, this.#facts.processors());
  }

  /** macOS keeps next to nothing free and tells elsewhere what it could give; no answer must not stop all work. */
  async #freeMemory(): Promise<number> {
    if (this.#facts.platform !== 'darwin') return freemem() / totalmem();
    try {
      const percent = Number((await this.#facts.askMemory()).trim());
      return percent > 0 && percent <= 100 ? percent / 100 : 1;
    } catch {
      return 1;
    }
  }
}

/** Share of the time between two looks that the processors were busy, 0 to 1; 0 when no time has passed. */
export function busyBetween(before: readonly CpuInfo[], after: readonly CpuInfo[]): number {
  const idle = timeOf(after, 'idle') - timeOf(before, 'idle');
  const all = timeOf(after) - timeOf(before);
  return all <= 0 ? 0 : Math.min(1, Math.max(0, (all - idle) / all));
}

function timeOf(processors: readonly CpuInfo[], only?: 'idle'): number {
  const times = processors.flatMap(({ times: spent }) =>
    only === undefined ? Object.values(spent) : [spent[only]],
  );
  return times.reduce((sum, ms) => sum + ms, 0);
}
