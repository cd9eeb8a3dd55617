import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/core/base/event';

suite('events', () => {
  function recorder() {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const emitter = new Emitter<string>((error) => errors.push(error));
    return {
      seen,
      errors,
      emitter,
      listen: (name: string) => emitter.event((value) => seen.push(name + value)),
    };
  }

  test('listeners hear in the order they came, until they leave', () => {
    const { seen, emitter, listen } = recorder();
    const first = listen('a');
    listen('b');
    emitter.fire('1');
    first.dispose();
    emitter.fire('2');
    assert.deepEqual(seen, ['a1', 'b1', 'b2']);
  });

  test('one function subscribed twice is two subscriptions', () => {
    const seen: string[] = [];
    const emitter = new Emitter<string>((error) => assert.fail(String(error)));
    const listener = (value: string) => seen.push(value);
    const first = emitter.event(listener);
    emitter.event(listener);
    first.dispose();
    first.dispose();
    emitter.fire('x');
    assert.deepEqual(seen, ['x']);
  });

  test('a listener that throws does not starve the next, and what it threw is handed on', () => {
    const { seen, errors, emitter, listen } = recorder();
    const failure = new Error('broken listener');
    emitter.event(() => {
      throw failure;
    });
    listen('b');
    emitter.fire('1');
    assert.deepEqual(seen, ['b1']);
    assert.deepEqual(errors, [failure]);
  });

  test('who joins while an event is told hears from the next one on', () => {
    const { seen, emitter, listen } = recorder();
    const once = emitter.event(() => {
      once.dispose();
      listen('late');
    });
    emitter.fire('1');
    emitter.fire('2');
    assert.deepEqual(seen, ['late2']);
  });

  test('after disposal nobody hears anything', () => {
    const { seen, emitter, listen } = recorder();
    listen('a');
    emitter.dispose();
    emitter.fire('1');
    assert.deepEqual(seen, []);
  });
});
