import assert from 'node:assert/strict';
import { dispositionOf } from '../../../../src/core/operations/nudge-agent';
import { ended, session } from '../../vscode/support';

suite('whether an agent may be disturbed', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  test('is told by its hooks where it has any: between two turns it waits, else it is busy for hours on end', () => {
    const hookAt = '2026-11-21T03:00:00Z';
    assert.equal(dispositionOf(session('a', { hookEvent: 'stop', hookAt }), now), 'waiting');
    for (const hookEvent of ['start', 'prompt', 'tool', 'preCompact', 'postCompact'] as const) {
      assert.equal(dispositionOf(session('a', { hookEvent, hookAt }), now), 'busy');
    }
  });

  test('is unknown without hooks, unless the agent has just done something', () => {
    assert.equal(dispositionOf(session('a'), now), 'unknown');
    assert.equal(dispositionOf(session('a', { activeAt: '2026-11-21T11:59:45Z' }), now), 'busy');
    assert.equal(dispositionOf(session('a', { activeAt: '2026-11-21T11:59:30Z' }), now), 'unknown');
  });

  test('is settled once the session has ended', () => {
    assert.equal(dispositionOf(session('a', { end: ended(), hookEvent: 'stop' }), now), 'gone');
  });
});
