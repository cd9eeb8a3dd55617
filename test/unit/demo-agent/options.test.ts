import assert from 'node:assert/strict';
import { demoOptions, OptionError } from '../../../src/demo-agent/options';

const env = { BATON_ROOT: '/ws', BATON_TASK_ID: '101', BATON_TASK_FILE: '/ws/task-states/task-101-state.md' };

suite('options of the demonstration agent', () => {
  test('what Baton supplies is enough', () => {
    assert.deepEqual(demoOptions([], env, false), {
      root: '/ws',
      taskId: '101',
      taskFile: '/ws/task-states/task-101-state.md',
      packet: undefined,
      cli: undefined,
      hooks: undefined,
      sessionId: undefined,
      stopAt: undefined,
      stopMidFeature: false,
      waitAt: undefined,
      waitOnce: false,
      forget: false,
      compactAt: undefined,
      trustPacket: false,
      features: 1,
      paceMs: 0,
      colour: false,
    });
  });

  test('a person watching in a terminal gets a pause and colour, unless they say otherwise', () => {
    const watched = demoOptions([], env, true);
    assert.deepEqual([watched.paceMs, watched.colour], [150, true]);
    assert.equal(demoOptions([], { ...env, NO_COLOR: '1' }, true).colour, false);
    assert.equal(demoOptions(['--pace', '0'], env, true).paceMs, 0);
  });

  test('the environment sets what arguments may, and arguments win', () => {
    const set = {
      ...env,
      BATON_DEMO_STOP_AT: '13',
      BATON_DEMO_STOP_MID_FEATURE: '1',
      BATON_DEMO_WAIT_AT: '15',
      BATON_DEMO_WAIT_ONCE: '1',
      BATON_DEMO_FEATURES: 'all',
      BATON_DEMO_PACE: '20',
    };
    const from = demoOptions([], set, false);
    assert.deepEqual(
      [from.stopAt, from.stopMidFeature, from.waitAt, from.waitOnce, from.features, from.paceMs],
      [13, true, 15, true, Number.POSITIVE_INFINITY, 20],
    );
    const argued = demoOptions(['--stop-at=2', '--wait-at', '3', '--features', '4', '--pace=5'], set, false);
    assert.deepEqual([argued.stopAt, argued.waitAt, argued.features, argued.paceMs], [2, 3, 4, 5]);
  });

  const wrong: readonly (readonly [string, readonly string[], Record<string, string>, RegExp])[] = [
    ['a step that is none', ['--stop-at', '22'], env, /--stop-at takes a whole number from 1 to 21/],
    ['a step of nought', ['--wait-at', '0'], env, /--wait-at takes/],
    ['a pace in words', ['--pace', 'slow'], env, /--pace takes/],
    ['an unknown argument', ['--fast'], env, /--fast/],
    ['a missing task', [], { BATON_ROOT: '/ws' }, /BATON_TASK_ID is not set/],
  ];
  for (const [what, argv, environment, message] of wrong) {
    test(`${what} is refused in a sentence`, () => {
      assert.throws(
        () => demoOptions(argv, environment, false),
        (error) => error instanceof OptionError && message.test(error.message),
      );
    });
  }
});
