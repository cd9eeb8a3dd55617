import assert from 'node:assert/strict';
import { BatonError } from '../../../src/core/base/baton-error';
import { answer, refusal, refusalText } from '../../../src/mcp/answer';

suite('what an agent is answered', () => {
  test('is the same as text and as structure', () => {
    const { content, structuredContent } = answer({ task: { id: '1' }, fed: [] });
    assert.deepEqual(content, [{ type: 'text', text: '{"task":{"id":"1"},"fed":[]}' }]);
    assert.deepEqual(structuredContent, { task: { id: '1' }, fed: [] });
  });

  test('tells of a refusal the code, the facts, what is allowed and the next step, and logs nothing', () => {
    const error = new BatonError('guard_failed', 'Not complete', {
      details: ['Criterion: fast', 'Feature: a'],
      allowed: ['block', 'start'],
      hint: 'Finish it.',
    });
    const logged: unknown[] = [];
    const { content, isError } = refusal(error, { report: (one) => logged.push(one) });
    assert.equal(isError, true);
    assert.deepEqual(content, [
      {
        type: 'text',
        text: 'guard_failed: Not complete\n- Criterion: fast\n- Feature: a\nAllowed now: block, start\nNext: Finish it.',
      },
    ]);
    assert.deepEqual(logged, []);
  });

  test('says of a bug what went wrong and how to go on, and logs it whole', () => {
    const bug = new TypeError('x is undefined');
    const logged: unknown[] = [];
    const text = refusalText(bug, { report: (one) => logged.push(one) });
    assert.match(text, /^internal: .*x is undefined\nNext: .*task file/);
    assert.deepEqual(logged, [bug]);
  });
});
