/** Which calls of a hook are answered without loading the command line. */
import assert from 'node:assert/strict';
import { quickCall, readWords } from '../../../src/cli/hook-words';
import { hookEvents, isWorkEvent } from '../../../src/core/model/hook';

const session = '1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9';
const ofSession = { BATON_SESSION_ID: session, BATON_TASK_ID: '101' };
const words = (event: string, ...more: readonly string[]) => ['hook', event, '--dialect', 'claude', ...more];

suite('a call of a hook is quick', () => {
  test('when a session is at work, which wants nothing but to be heard', () => {
    for (const event of hookEvents) {
      const call = quickCall(words(event), ofSession);
      assert.equal(call?.session, isWorkEvent(event) ? session : undefined, event);
      assert.equal(call === undefined, !isWorkEvent(event), event);
    }
  });

  test('whatever it tells, when the agent has nothing to do with Baton', () => {
    for (const env of [{}, { BATON_SESSION_ID: '', BATON_TASK_ID: '' }, { BATON_ROOT: '/project' }]) {
      for (const event of hookEvents) {
        const call = quickCall(words(event), env);
        assert.ok(call && call.session === undefined, event);
      }
    }
  });

  const slow: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
    ['a session may have to be begun', words('tool'), { BATON_TASK_ID: '101' }],
    ['somebody wants to read what happens', words('tool', '--verbose'), ofSession],
    ['somebody asks for help', words('tool', '--help'), ofSession],
    ['somebody asks for help in short', words('tool', '-h'), {}],
    ['other words stand in front', ['--json', ...words('tool')], ofSession],
    ['it is no event', words('no-such-event'), ofSession],
    ['nobody speaks the dialect', ['hook', 'tool', '--dialect', 'latin'], ofSession],
    ['it is another verb', ['task', 'list'], {}],
    ['there are no words', [], {}],
  ];
  for (const [why, argv, env] of slow) {
    test(`but not when ${why}`, () => assert.equal(quickCall(argv, env), undefined));
  }
});

test('the words of a hook are read in both forms of an option, with a limit or the usual one', () => {
  const plain = { event: 'start', dialect: 'claude' } as const;
  assert.deepEqual(readWords(['start', '--dialect', 'claude']), { ...plain, contextLimit: 9000 });
  assert.deepEqual(readWords(['start', '--limit=500', '--dialect=claude']), { ...plain, contextLimit: 500 });
  for (const limit of ['0', '-1', '1.5', 'none', '']) {
    assert.equal(readWords(['start', '--dialect', 'claude', '--limit', limit]), undefined, limit);
  }
});
