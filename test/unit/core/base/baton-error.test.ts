import assert from 'node:assert/strict';
import { BatonError, errorCodes, isBatonError } from '../../../../src/core/base/baton-error';
import { SyncError } from '../../../../src/core/base/sync-error';

suite('foreseen failures', () => {
  test('carry code, message, hint, what is allowed, details and cause', () => {
    const cause = new Error('EACCES');
    const error = new BatonError('guard_failed', 'Not yet', {
      hint: 'Tick it.',
      allowed: ['cancel'],
      details: ['one'],
      cause,
    });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.code, error.message, error.hint, error.allowed, error.details, error.cause],
      ['BatonError', 'guard_failed', 'Not yet', 'Tick it.', ['cancel'], ['one'], cause],
    );
  });

  test('have no cause unless one was given', () => {
    assert.equal('cause' in new BatonError('usage', 'x'), false);
  });

  test('are told from bugs, and from each other by code', () => {
    const error = new BatonError('locked', 'x');
    assert.equal(isBatonError(error), true);
    assert.equal(isBatonError(error, 'locked'), true);
    assert.equal(isBatonError(error, 'conflict'), false);
    assert.equal(isBatonError(new Error('locked'), 'locked'), false);
    assert.equal(isBatonError({ code: 'locked' }), false);
  });

  test('are known across bundles, each of which has a class of its own', () => {
    const foreign = Object.assign(new Error('x'), { name: 'BatonError', code: 'locked' });
    assert.ok(foreign instanceof BatonError);
    assert.equal(isBatonError(foreign, 'locked'), true);
    assert.equal(foreign instanceof SyncError, false);
    assert.equal(new BatonError('io_failed', 'x') instanceof SyncError, false);
    assert.ok(new SyncError('/x', undefined) instanceof SyncError);
    assert.ok(new SyncError('/x', undefined) instanceof BatonError);
  });

  test('have codes that are unique and fit for JSON', () => {
    assert.equal(new Set(errorCodes).size, errorCodes.length);
    for (const code of errorCodes) assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  });
});
