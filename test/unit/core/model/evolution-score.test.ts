// The VFM score, and that EVOLUTION.md says what it computes: requirements 000-54 … 000-58.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import {
  adlOrder,
  evolutionTemplate,
  vfmCriteria,
  vfmLine,
  vfmMaximum,
  vfmScore,
  vfmThreshold,
} from '../../../../src/core/model/evolution-score';

const scores = (highFrequency: number, failureReduction: number, userBurden: number, selfCost: number) => ({
  highFrequency,
  failureReduction,
  userBurden,
  selfCost,
});

suite('the VFM score', () => {
  test('weighs 3, 3, 2, 2 and is out of 100', () => {
    assert.deepEqual(
      vfmCriteria.map(({ weight }) => weight),
      [3, 3, 2, 2],
    );
    assert.equal(vfmMaximum, 100);
    assert.equal(vfmScore(scores(1, 0, 0, 0)).score, 3);
    assert.equal(vfmScore(scores(0, 1, 0, 0)).score, 3);
    assert.equal(vfmScore(scores(0, 0, 1, 0)).score, 2);
    assert.equal(vfmScore(scores(0, 0, 0, 1)).score, 2);
    assert.equal(vfmLine(vfmScore(scores(8, 8, 6, 6))), 'VFM score: 72/100');
  });

  test('passes from the threshold on', () => {
    assert.equal(vfmThreshold, 60);
    assert.equal(vfmScore(scores(6, 6, 6, 6)).passes, true);
    assert.equal(vfmScore(scores(6, 6, 6, 5.5)).passes, false);
  });

  test('grows with each of its scores and stays from 0 to 100', () => {
    const score = fc.integer({ min: 0, max: 20 }).map((half) => half / 2);
    const four = fc.tuple(score, score, score, score);
    fc.assert(
      fc.property(four, fc.nat({ max: 3 }), (values, at) => {
        const [a, b, c, d] = values;
        const low = vfmScore(scores(a, b, c, d)).score;
        const [e, f, g, h] = values.map((value, index) => (index === at ? 10 : value));
        const high = vfmScore(scores(e ?? 0, f ?? 0, g ?? 0, h ?? 0)).score;
        assert.ok(low >= 0 && high <= 100 && high >= low);
      }),
    );
  });

  test('refuses what is no score', () => {
    for (const wrong of [-1, 10.5, Number.NaN]) {
      assert.throws(
        () => vfmScore(scores(wrong, 0, 0, 0)),
        (error) => isBatonError(error, 'invalid_input'),
      );
    }
  });
});

suite('EVOLUTION.md', () => {
  const text = readFileSync('.github/EVOLUTION.md', 'utf8');
  const decisions = text.slice(text.indexOf('## Decisions')).split(/^### /m).slice(1);

  test('holds one feature that passed and one that failed, each with the figures that its scores make', () => {
    assert.deepEqual(
      decisions.map((part) => part.split(':')[0]),
      ['Passed', 'Failed'],
    );
    for (const part of decisions) {
      const rows = [...part.matchAll(/^\| ([\w ]+) \| ([\d.]+) \| (\d) \| ([\d.]+) \|$/gm)];
      const given = rows.map(([, name, score]) => [name, Number(score)] as const);
      assert.deepEqual(
        given.map(([name]) => name),
        vfmCriteria.map(({ name }) => name),
      );
      const [a, b, c, d] = given.map(([, score]) => score);
      const result = vfmScore(scores(a ?? -1, b ?? -1, c ?? -1, d ?? -1));
      assert.deepEqual(
        rows.map(([, , , weight, points]) => [Number(weight), Number(points)]),
        result.parts.map(({ weight, points }) => [weight, points]),
      );
      const sum = Number(/\*\*Sum\*\* \| \| \| \*\*([\d.]+)\*\*/.exec(part)?.[1]);
      assert.equal(sum, result.score);
      assert.equal(result.passes, part.startsWith('Passed'));
    }
  });

  test('says the weights, the threshold and the order that the code has, as the template does', () => {
    for (const document of [text, evolutionTemplate()]) {
      for (const { name, weight, asks } of vfmCriteria) {
        assert.ok(document.includes(`| ${name} | ${weight} | ${asks} |`), name);
      }
      assert.ok(document.includes(adlOrder.map((value, at) => `${at + 1}. ${value}`).join('\n')));
      assert.ok(document.includes(String(vfmThreshold)));
    }
    const [passed] = decisions;
    assert.ok(text.includes(`\`VFM score: ${/\*\*(\d+)\*\*/.exec(passed ?? '')?.[1]}/100\``));
  });
});
