import assert from 'node:assert/strict';
import type { CpuInfo } from 'node:os';
import type { Machine } from '../../../src/core/ports';
import { busyBetween, type MachineFacts, NodeMachine } from '../../../src/node/node-machine';
import { MemoryMachine } from '../../support/memory-machine';

const machines: Readonly<Record<string, Machine>> = {
  'in memory': new MemoryMachine(),
  'of this machine': new NodeMachine(),
};

for (const [name, machine] of Object.entries(machines)) {
  suite(`The load ${name}`, () => {
    test('is a number from 0 on, and the free memory a share of all', async () => {
      const { load1PerCore, freeMemoryRatio } = await machine.load();
      assert.ok(load1PerCore >= 0 && Number.isFinite(load1PerCore));
      assert.ok(freeMemoryRatio > 0 && freeMemoryRatio <= 1);
    });
  });
}

const cpu = (idle: number, user: number): CpuInfo => ({
  model: 'test',
  speed: 1,
  times: { user, nice: 0, sys: 0, idle, irq: 0 },
});

function machineOn(platform: string, facts: Partial<MachineFacts> = {}): NodeMachine {
  return new NodeMachine({
    platform,
    loadAverage: () => 0,
    processors: () => [],
    askMemory: async () => '',
    ...facts,
  });
}

suite('The load of a machine without an average', () => {
  test('is what its processors did between two looks', async () => {
    const looks = [
      [cpu(100, 0), cpu(100, 0)],
      [cpu(150, 150), cpu(200, 0)],
    ];
    const { load1PerCore } = await machineOn('win32', { processors: () => looks.shift() ?? [] }).load();
    assert.equal(load1PerCore, 0.5);
  });

  test('is none when no time has passed, and never outside 0 to 1', () => {
    assert.equal(busyBetween([cpu(1, 1)], [cpu(1, 1)]), 0);
    assert.equal(busyBetween([cpu(10, 0)], [cpu(5, 50)]), 1);
    assert.equal(busyBetween([cpu(0, 10)], [cpu(50, 5)]), 0);
  });
});

suite('The free memory of a machine that keeps none free', () => {
  const answers: readonly (readonly [string, number])[] = [
    ['62\n', 0.62],
    ['', 1],
    ['nonsense', 1],
    ['0', 1],
    ['170', 1],
  ];
  for (const [answer, ratio] of answers) {
    test(`is ${ratio} when the system answers ${JSON.stringify(answer)}`, async () => {
      const { freeMemoryRatio } = await machineOn('darwin', { askMemory: async () => answer }).load();
      assert.equal(freeMemoryRatio, ratio);
    });
  }

  test('counts as all when the system cannot be asked: that must not stop all work', async () => {
    const askMemory = async () => Promise.reject(new Error('ENOENT'));
    assert.equal((await machineOn('darwin', { askMemory }).load()).freeMemoryRatio, 1);
  });
});
