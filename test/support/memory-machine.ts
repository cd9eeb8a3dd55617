/** A machine that is as busy as the test says. */
import type { Machine, MachineLoad } from '../../src/core/ports';

export class MemoryMachine implements Machine {
  now: MachineLoad = { load1PerCore: 0.1, freeMemoryRatio: 0.5 };

  async load(): Promise<MachineLoad> {
    return this.now;
  }
}
