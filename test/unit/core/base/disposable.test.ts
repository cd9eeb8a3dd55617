import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../../src/core/base/disposable';

suite('disposables', () => {
  test('toDisposable runs once, however often it is disposed', () => {
    let runs = 0;
    const disposable = toDisposable(() => runs++);
    disposable.dispose();
    disposable.dispose();
    assert.equal(runs, 1);
  });

  test('a store releases in reverse order of adding, and once', () => {
    const released: number[] = [];
    const store = new DisposableStore();
    for (const n of [1, 2, 3]) store.add(toDisposable(() => released.push(n)));
    store.dispose();
    store.dispose();
    assert.deepEqual(released, [3, 2, 1]);
    assert.equal(store.isDisposed, true);
  });

  test('add gives back what it was given', () => {
    const item = toDisposable(() => {});
    assert.equal(new DisposableStore().add(item), item);
  });

  test('what is added after disposal is disposed at once', () => {
    const store = new DisposableStore();
    store.dispose();
    let released = false;
    store.add(toDisposable(() => (released = true)));
    assert.equal(released, true);
  });

  test('one failing dispose does not keep the others from running', () => {
    const released: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => released.push('first')));
    store.add({
      dispose() {
        throw new Error('stuck');
      },
    });
    store.add(toDisposable(() => released.push('last')));
    assert.throws(
      () => store.dispose(),
      (error: unknown) => error instanceof AggregateError && error.errors.length === 1,
    );
    assert.deepEqual(released, ['last', 'first']);
  });
});
