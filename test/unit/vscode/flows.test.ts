import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatonError } from '../../../src/core/base/baton-error';
import { titleLine } from '../../../src/vscode/editing/title-line';
import { errorText } from '../../../src/vscode/error-text';
import { accept, emptyList } from '../../../src/vscode/quick-input/entry-list';
import { type FeatureInput, parseFeature, writeFeature } from '../../../src/vscode/quick-input/feature-input';
import { runSteps, type Step } from '../../../src/vscode/quick-input/steps';
import { RefreshLoop } from '../../../src/vscode/refresh-loop';
import { sameRef, taskRefOf } from '../../../src/vscode/task-ref';
import { TerminalLinks } from '../../../src/vscode/terminal/terminal-links';
import { l10n, taskId } from './support';

suite('walking through the steps of a flow', () => {
  type Typed = Readonly<Record<string, string>>;

  /** Answers from a script of moves; every step types what the script says. */
  function script(moves: readonly ('next' | 'back')[], seen: string[]): Step<Typed>[] {
    const left = [...moves];
    return ['one', 'two', 'three'].map((name) => async (state, { step, total }) => {
      seen.push(`${name} ${step}/${total} ${state[name] ?? ''}`.trim());
      return { move: left.shift() ?? 'next', state: { ...state, [name]: `typed in ${name}` } };
    });
  }

  test('going back and forth keeps what was typed', async () => {
    const seen: string[] = [];
    const result = await runSteps<Typed>({}, script(['next', 'back', 'next', 'next', 'next'], seen));
    assert.deepEqual(seen, [
      'one 1/3',
      'two 2/3',
      'one 1/3 typed in one',
      'two 2/3 typed in two',
      'three 3/3',
    ]);
    assert.deepEqual(result, { one: 'typed in one', two: 'typed in two', three: 'typed in three' });
  });

  test('back from the first step stays there', async () => {
    const seen: string[] = [];
    await runSteps<Typed>({}, script(['back'], seen));
    assert.equal(seen[1], 'one 1/3 typed in one');
  });

  test('giving up at any step ends the flow with nothing', async () => {
    const giveUp: Step<Typed> = async () => Promise.reject(new Error('gave up'));
    await assert.rejects(runSteps<Typed>({}, [script([], [])[0] ?? giveUp, giveUp]), /gave up/);
  });
});

suite('a list that grows by typing', () => {
  const asIs = (typed: string) => typed;

  test('Enter adds what was typed and empties the box', () => {
    const result = accept({ entries: ['a'], typed: ' b ' }, undefined, asIs, asIs);
    assert.deepEqual(result, { kind: 'changed', list: { entries: ['a', 'b'], typed: '' } });
  });

  test('Enter on the empty box finishes', () => {
    assert.equal(accept({ entries: ['a'], typed: '  ' }, undefined, asIs, asIs).kind, 'finished');
    assert.equal(accept(emptyList<string>(), undefined, asIs, asIs).kind, 'finished');
  });

  test('Enter on an added entry takes it back into the box', () => {
    const result = accept({ entries: ['a', 'b'], typed: '' }, 0, asIs, asIs);
    assert.deepEqual(result, { kind: 'changed', list: { entries: ['b'], typed: 'a' } });
  });
});

suite('typing a feature', () => {
  test('an id in front of a colon is taken', () => {
    assert.deepEqual(parseFeature('jwt-1: verifies signatures', [], 'JWT Service'), {
      id: 'jwt-1',
      description: 'verifies signatures',
    });
  });

  test('without one the id comes from the title and counts on', () => {
    const first = parseFeature('signs', [], 'JWT Service');
    const second = parseFeature('verifies', [first], 'JWT Service');
    assert.deepEqual([first.id, second.id], ['jwt-1', 'jwt-2']);
    assert.equal(parseFeature('misst', [], 'Überwachung').id, 'uberwachung-1');
    assert.equal(parseFeature('測る', [], '監視').id, 'feature-1');
  });

  test('a sentence with a colon is not taken for an id', () => {
    assert.deepEqual(parseFeature('Errors: show a hint', [], 'X').description, 'show a hint');
    assert.deepEqual(parseFeature('On failure: show a hint', [], 'X').description, 'On failure: show a hint');
  });

  test('no two features ever share an id, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.string(), (lines, title) => {
        const features: FeatureInput[] = [];
        for (const line of lines) features.push(parseFeature(line, features, title));
        assert.equal(new Set(features.map(({ id }) => id)).size, features.length);
      }),
    );
  });

  test('what is written reads back the same', () => {
    const one = { id: 'jwt-1', description: 'verifies signatures' };
    assert.deepEqual(parseFeature(writeFeature(one), [], ''), one);
  });
});

suite('refreshing', () => {
  function loop() {
    const runs: { readonly finish: () => void }[] = [];
    const refresh = new RefreshLoop(() => new Promise<void>((resolve) => runs.push({ finish: resolve })));
    return { runs, refresh };
  }

  test('whoever asks gets a refresh that began after they asked; requests during a run share the next one', async () => {
    const { runs, refresh } = loop();
    const first = refresh.request();
    const second = refresh.request();
    const third = refresh.request();
    assert.equal(second, third);
    assert.equal(runs.length, 1);
    runs[0]?.finish();
    await first;
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(runs.length, 2);
    runs[1]?.finish();
    await second;
    assert.equal(runs.length, 2);
  });

  test('never runs two at once, whenever it is asked for', async () => {
    let running = 0;
    let most = 0;
    const refresh = new RefreshLoop(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    const asked = [refresh.request(), refresh.request()];
    // Also in each of the moments between the end of one and the start of the next.
    for (let moment = 0; moment < 20; moment++) {
      await Promise.resolve();
      asked.push(refresh.request());
    }
    await Promise.all(asked);
    assert.equal(most, 1);
  });

  test('a refresh that failed does not keep the next one from running', async () => {
    let runs = 0;
    const refresh = new RefreshLoop(async () => {
      runs++;
      if (runs === 1) throw new Error('disk');
    });
    const first = refresh.request();
    const second = refresh.request();
    await assert.rejects(first, /disk/);
    await second;
    assert.equal(runs, 2);
  });
});

suite('the line of a title', () => {
  const line = (text: string) => {
    const lines = text.split('\n');
    return titleLine(lines.length, (index) => lines[index] ?? '');
  };

  test('is the first level-one heading after front matter and outside fences', () => {
    assert.equal(line('# Task #1: A - State'), 0);
    assert.equal(line('---\n# a comment\nstatus: pending\n---\n\n# Task #1: A - State'), 5);
    assert.equal(line('```\n# not this\n```\n# this'), 3);
    assert.equal(line('~~~~\n# no\n~~~\n# no\n~~~~\n# yes'), 5);
    assert.equal(line('## Only a section'), undefined);
    assert.equal(line(''), undefined);
  });
});

suite('a failure in words', () => {
  test('says what happened, the facts, what to do and what is possible', () => {
    const error = new BatonError('guard_failed', 'Task #101 is not complete yet', {
      details: ['one', 'two', 'three', 'four', 'five', 'six'],
      hint: 'Finish what is missing.',
      allowed: ['block', 'cancel'],
    });
    assert.equal(
      errorText(error, l10n),
      'Task #101 is not complete yet. one; two; three; four; 2 more. Finish what is missing. Possible now: block, cancel.',
    );
  });

  test('calls a bug a problem that was not expected', () => {
    assert.match(errorText(new TypeError('x is undefined'), l10n), /did not expect: x is undefined/);
  });
});

suite('what a command was called on', () => {
  const ref = { root: '/project', task: taskId('101') };

  test('is read from a reference, and from a tree row that carries one', () => {
    assert.deepEqual(taskRefOf(ref), ref);
    assert.deepEqual(taskRefOf({ id: 'task:x', ref }), ref);
    assert.ok(sameRef(ref, { ...ref }));
  });

  test('is nothing when it comes from elsewhere, whatever its shape', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = taskRefOf(value);
        assert.ok(read === undefined || typeof read.root === 'string');
      }),
    );
    assert.equal(taskRefOf({ root: '/project', task: '../../etc' }), undefined);
  });
});

suite('terminals across a reload', () => {
  function memory(initial?: unknown) {
    const values = new Map<string, unknown>([['key', initial]]);
    const update = async (key: string, value: unknown) => void values.set(key, value);
    return { get: (key: string) => values.get(key), update };
  }

  test('are remembered by session, once each', async () => {
    const links = new TerminalLinks(memory(), 'key');
    await links.add({ session: 's1', root: '/p', pid: 10, start: 'a' });
    await links.add({ session: 's1', root: '/p', pid: 11, start: 'b' });
    await links.add({ session: 's2', root: '/p', pid: 12, start: 'c' });
    await links.remove('s2');
    assert.deepEqual(links.all(), [{ session: 's1', root: '/p', pid: 11, start: 'b' }]);
  });

  test('are forgotten when their process is gone or another one has its number', async () => {
    const links = new TerminalLinks(memory(), 'key');
    for (const pid of [10, 11, 12]) await links.add({ session: `s${pid}`, root: '/p', pid, start: 'a' });
    const running = new Map([
      [10, 'a'],
      [11, 'b'],
    ]);
    await links.prune(async (pid) => running.get(pid));
    assert.deepEqual(
      links.all().map(({ session }) => session),
      ['s10'],
    );
  });

  test('drop whatever does not look like a link', () => {
    const stored = [
      { session: 's1', root: '/p', pid: 10, start: 'a' },
      // As an earlier version wrote them: a number alone does not name a process.
      { session: 's2', root: '/p', pid: 10 },
      { session: 's3' },
      null,
      'x',
    ];
    assert.equal(new TerminalLinks(memory(stored), 'key').all().length, 1);
    assert.deepEqual(new TerminalLinks(memory('broken'), 'key').all(), []);
  });
});
