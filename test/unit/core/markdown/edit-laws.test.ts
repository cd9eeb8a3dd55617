import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { applyEdits, type TextEdit } from '../../../../src/core/base/text-edit';
import { readDocument } from '../../../../src/core/markdown/document';
import { addCommits } from '../../../../src/core/markdown/edits/add-commits';
import { addFeatures } from '../../../../src/core/markdown/edits/add-features';
import { appendProgress, type NewProgressEntry } from '../../../../src/core/markdown/edits/append-progress';
import { setChainInput } from '../../../../src/core/markdown/edits/set-chain-input';
import { setChainOutput } from '../../../../src/core/markdown/edits/set-chain-output';
import { setContextLine } from '../../../../src/core/markdown/edits/set-context-line';
import { setFeature } from '../../../../src/core/markdown/edits/set-feature';
import { setFrontMatter } from '../../../../src/core/markdown/edits/set-front-matter';
import { setTitle } from '../../../../src/core/markdown/edits/set-title';
import { tickCriterion } from '../../../../src/core/markdown/edits/tick-criterion';
import { oneLine } from '../../../../src/core/markdown/one-line';
import { statuses } from '../../../../src/core/model/status';
import type { TaskDocument } from '../../../../src/core/model/task';
import { hostileStateFile, hostileText, newChainInput, taskId } from '../../../support/markdown-arbitraries';
import { allStateFiles } from './fixture-files';

/** The same runs every time, so that a change is judged by what it changes; `RUNS` and `SEED` explore further. */
const runs = {
  numRuns: Number(process.env['RUNS'] ?? 250),
  seed: Number(process.env['SEED'] ?? 20261121),
};
const anyText = hostileStateFile(allStateFiles());
const status = fc.constantFrom(...statuses);

/** What a multi-line value is after its way through a file. */
const settled = (text: string) => text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').trim();
const settledList = (items: readonly string[]) => items.map(settled).filter((item) => item !== '');

/** The text after an edit, or undefined where the edit was refused for a reason foreseen. */
function attempt(text: string, edit: (text: string) => TextEdit[]): string | undefined {
  try {
    return applyEdits(text, edit(text));
  } catch (error) {
    if (isBatonError(error)) return undefined;
    throw error;
  }
}

type Facet = keyof TaskDocument;

/** What a document says apart from some facets, without offsets, which any edit may move. */
function apartFrom(document: TaskDocument, facets: readonly Facet[]): unknown {
  const left = new Set<string>([...facets, 'problems', 'range', 'titleRange', 'size', 'line', 'column']);
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (left.has(key) ? undefined : value)));
}

/** Holds for every text: where the edit is not refused, `check` sees the document after it, and the rest is as before. */
function law<T>(
  value: fc.Arbitrary<T>,
  edit: (text: string, value: T) => TextEdit[],
  changes: readonly Facet[],
  check: (after: TaskDocument, value: T, before: TaskDocument) => void,
) {
  fc.assert(
    fc.property(anyText, value, (text, wanted) => {
      const edited = attempt(text, (current) => edit(current, wanted));
      if (edited === undefined) return;
      const [before, after] = [readDocument(text), readDocument(edited)];
      check(after, wanted, before);
      assert.deepEqual(apartFrom(after, changes), apartFrom(before, changes));
    }),
    runs,
  );
}

const entry: fc.Arbitrary<NewProgressEntry> = fc.record({
  session: fc.integer({ min: 1, max: 99 }),
  at: fc.constant('2026-11-21T14:30:59Z'),
  did: fc.array(hostileText, { maxLength: 3 }),
  issues: fc.array(hostileText, { maxLength: 2 }),
  state: fc.array(hostileText, { maxLength: 2 }),
  next: fc.array(hostileText, { maxLength: 2 }),
  automatic: fc.boolean(),
});

const logged = (items: readonly string[]) => {
  const list = settledList(items).map((item) => item.replace(/\n[^\S\n]+(?=\n)/g, '\n'));
  return list.length === 1 && /^none\.?$/i.test(list[0] ?? '') ? [] : list;
};

suite('laws of the edits: the reader reads what was written, and the rest is as before', () => {
  test('setFrontMatter', () => {
    law(
      fc.record({ status, depends_on: fc.uniqueArray(taskId, { maxLength: 3 }), priority: fc.nat(99) }),
      (text, value) => setFrontMatter(text, value),
      ['status', 'statusSource', 'dependsOn', 'priority'],
      (after, value) => {
        assert.equal(after.status, value.status);
        assert.deepEqual(after.dependsOn, value.depends_on);
        assert.equal(after.priority, value.priority);
      },
    );
  });

  test('setFrontMatter, removing', () => {
    law(
      fc.constantFrom('status', 'created', 'priority', 'estimate_minutes'),
      (text, key) => setFrontMatter(text, { [key]: null }),
      ['status', 'statusSource', 'created', 'priority', 'estimateMinutes'],
      (after, key, before) => {
        if (key === 'status') assert.equal(after.statusSource, 'derived');
        else assert.equal(after.status, before.status);
      },
    );
  });

  test('tickCriterion', () => {
    law(
      fc.tuple(fc.nat(5), fc.boolean()),
      (text, [index, done]) => tickCriterion(text, index, done),
      // A checkbox in a description counts as a criterion where there is no heading for criteria.
      ['criteria', 'criteriaList', 'context'],
      (after, [index, done], before) => {
        assert.deepEqual(
          after.criteriaList.map((criterion) => criterion.done),
          before.criteriaList.map((criterion, at) => (at === index ? done : criterion.done)),
        );
      },
    );
  });

  test('setFeature', () => {
    law(
      fc.tuple(fc.constantFrom('a', 'b', 'jwt-1', 'jwt-2'), fc.boolean(), hostileText),
      (text, [id, passes, manual]) =>
        setFeature(text, id, {
          passes,
          testedAt: passes ? '2026-11-21T10:00:00Z' : null,
          evidence: { manual },
        }),
      ['features', 'featureList'],
      (after, [id, passes, manual], before) => {
        const feature = after.featureList.find((other) => other.id === id);
        assert.equal(feature?.passes, passes);
        assert.equal(feature?.testedAt, passes ? '2026-11-21T10:00:00Z' : undefined);
        assert.equal(feature?.evidence?.manual ?? '', manual);
        assert.deepEqual(
          after.featureList.map((other) => other.description),
          before.featureList.map((other) => other.description),
        );
      },
    );
  });

  test('addFeatures', () => {
    law(
      fc.tuple(fc.string({ minLength: 1, maxLength: 5 }), hostileText),
      (text, [id, description]) => addFeatures(text, [{ id, description }]),
      ['features', 'featureList'],
      (after, [id, description]) => {
        assert.deepEqual(
          [after.featureList.at(-1)?.id, after.featureList.at(-1)?.description],
          [id, description],
        );
      },
    );
  });

  test('appendProgress', () => {
    law(entry, appendProgress, ['log', 'sessions', 'status'], (after, written, before) => {
      const last = after.log.at(-1);
      assert.deepEqual(
        [last?.session, last?.at, last?.automatic],
        [written.session, '2026-11-21 14:30', written.automatic],
      );
      assert.deepEqual(
        [last?.did, last?.issues, last?.state, last?.next],
        [logged(written.did), logged(written.issues), logged(written.state), logged(written.next)],
      );
      assert.deepEqual(apart(after.log.slice(0, -1)), apart(before.log));
    });
  });

  test('addCommits', () => {
    law(
      fc.array(fc.record({ hash: fc.stringMatching(/^[0-9a-f]{7}$/), subject: hostileText }), {
        maxLength: 3,
      }),
      addCommits,
      ['commits'],
      (after, written, before) => {
        assert.deepEqual(after.commits.slice(0, before.commits.length), before.commits);
        for (const commit of written) {
          assert.equal(after.commits.filter((other) => other.hash.startsWith(commit.hash)).length > 0, true);
        }
      },
    );
  });

  test('setChainInput', () => {
    law(newChainInput, setChainInput, ['inputs', 'inputList', 'dependsOn'], (after, written, before) => {
      const [old, now] = [before, after].map((document) =>
        document.inputList.find((one) => one.from === written.from),
      );
      assert.deepEqual([now?.text, now?.hash], [settled(written.text), written.hash]);
      assert.equal(now?.title, old?.title ?? oneLine(written.title));
      if (old !== undefined && old.text !== '') assert.equal(now?.note.endsWith(old.note), true);
      const others = (document: TaskDocument) =>
        apart(document.inputList.filter((one) => one.from !== written.from));
      assert.deepEqual(others(after), others(before));
    });
  });

  test('setChainOutput', () => {
    law(
      fc.tuple(hostileText, hostileText),
      (text, [summary, contract]) =>
        setChainOutput(text, { summary, sections: { 'API Contract': contract } }),
      ['output', 'outputDetail', 'status'],
      (after, [summary, contract], before) => {
        if (after.outputDetail === undefined) return;
        assert.equal(after.outputDetail.summary, settled(summary));
        const { Summary: _, 'API Contract': now, ...kept } = after.outputDetail.sections;
        assert.equal(now, settled(contract));
        const { Summary: __, 'API Contract': ___, ...old } = before.outputDetail?.sections ?? {};
        for (const [heading, body] of Object.entries(old)) {
          if (heading.toLowerCase() !== 'summary') assert.equal(kept[heading], body);
        }
      },
    );
  });

  test('setTitle', () => {
    law(hostileText, setTitle, ['title'], (after, title) => {
      assert.equal(after.title, oneLine(title));
    });
  });

  test('setContextLine', () => {
    law(
      fc.tuple(
        fc.constantFrom('PRD' as const, 'Epic' as const, 'Repository' as const, 'Agent' as const),
        hostileText,
      ),
      (text, [name, value]) => setContextLine(text, name, value),
      ['context', 'agent', 'epic'],
      (after, [name, value], before) => {
        const key = { PRD: 'prd', Epic: 'epic', Repository: 'repository', Agent: 'agent' } as const;
        assert.deepEqual(after.context, { ...before.context, [key[name]]: oneLine(value) || undefined });
      },
    );
  });
});

function apart(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'range' ? undefined : inner)));
}

suite('laws of the edits: order and idleness', () => {
  test('an edit that changes nothing changes no byte', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = readDocument(text);
        const idle: readonly ((text: string) => TextEdit[])[] = [
          (current) => (document.statusSource === 'stored' ? setFrontMatter(current, { missing: null }) : []),
          (current) =>
            document.criteriaList.flatMap(({ done }, index) => tickCriterion(current, index, done)),
          (current) => setFeature(current, document.featureList[0]?.id ?? '', {}),
          (current) => addFeatures(current, []),
          (current) =>
            addCommits(
              current,
              document.commits.filter(({ hash }) => /^\w{4,64}$/.test(hash)),
            ),
          (current) => setChainOutput(current, { sections: document.outputDetail?.sections ?? {} }),
          (current) => setTitle(current, document.title),
          (current) => setContextLine(current, 'Agent', document.agent),
        ];
        for (const edit of idle) assert.equal(attempt(text, edit) ?? text, text);
      }),
      runs,
    );
  });

  test('status, progress, feature and criterion can be edited in any order', () => {
    const edits: readonly ((text: string) => TextEdit[])[] = [
      (text) => setFrontMatter(text, { status: 'blocked', updated: 'now' }),
      (text) =>
        appendProgress(text, {
          session: 7,
          at: '2026-11-21T14:30:00Z',
          did: ['x'],
          issues: [],
          state: [],
          next: ['y'],
        }),
      (text) => setFeature(text, 'jwt-2', { passes: true, testedAt: '2026-11-21T14:30:00Z' }),
      (text) => tickCriterion(text, 0, true),
    ];
    fc.assert(
      fc.property(anyText, fc.constantFrom(...edits), fc.constantFrom(...edits), (text, first, second) => {
        const [one, other] = [attempt(text, first), attempt(text, second)];
        if (first === second || one === undefined || other === undefined) return;
        assert.equal(attempt(one, second), attempt(other, first));
      }),
      runs,
    );
  });

  test('edits computed on one text for different sections apply together', () => {
    fc.assert(
      fc.property(anyText, entry, hostileText, (text, written, subject) => {
        const together = attempt(text, (current) => [
          ...appendProgress(current, written),
          ...addCommits(current, [{ hash: 'fedcba9876543210', subject }]),
        ]);
        if (together === undefined) return;
        const after = readDocument(together);
        assert.equal(after.log.at(-1)?.session, written.session);
        assert.ok(after.commits.some((commit) => commit.hash === 'fedcba9876543210'));
      }),
      runs,
    );
  });
});
