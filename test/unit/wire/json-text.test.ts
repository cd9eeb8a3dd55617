import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteSink } from '../../../src/cli/byte-sink';
import { type ItemJson, MadeJson, Rows, writeJson } from '../../../src/wire/json-text';

/** An item as JSON, whole or with so much of its beginning kept as bytes. */
const items = fc.tuple(fc.jsonValue(), fc.option(fc.nat(40))).map(([value, cut]) => {
  const text = JSON.stringify(value);
  if (cut === null || cut === 0 || /\p{Surrogate}/u.test(text.slice(0, cut))) return text;
  return { kept: new TextEncoder().encode(text.slice(0, cut)), rest: text.slice(cut) };
});

function written(value: unknown): string {
  const sink = new ByteSink();
  writeJson(value, sink);
  return Buffer.concat(sink.chunks()).toString('utf8');
}

/** The answer with arrays in the place of rows. */
function plain(value: unknown): unknown {
  if (value instanceof MadeJson) return JSON.parse(Buffer.concat(value.pieces).toString('utf8'));
  if (value instanceof Rows) return Array.from(value.items, (item) => JSON.parse(whole(item)));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function whole(item: ItemJson): string {
  return typeof item === 'string' ? item : Buffer.from(item.kept).toString('utf8') + item.rest;
}

suite('The text of an answer', () => {
  test('what is written is `JSON.stringify(value)`', () => {
    const rows = fc.array(items).map((list) => new Rows(list));
    const made = fc.jsonValue().map((one) => new MadeJson([new TextEncoder().encode(JSON.stringify(one))]));
    const data = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.oneof(fc.jsonValue(), rows, made, fc.constant(undefined)),
    );
    const answer = fc.record({ schema: fc.constant(1), data: fc.oneof(fc.jsonValue(), rows, made, data) });
    fc.assert(fc.property(answer, (value) => assert.equal(written(value), JSON.stringify(plain(value)))));
  });

  test('texts and bytes of every length come out whole and in order', () => {
    const parts = fc.array(
      fc.record({
        text: fc.constantFrom('a', 'é', '世', '😀', '"'),
        times: fc.oneof(fc.nat(5), fc.integer({ min: 80_000, max: 400_000 })),
        asBytes: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(parts, (list) => {
        const sink = new ByteSink();
        for (const { text, times, asBytes } of list) {
          if (asBytes) sink.bytes(new TextEncoder().encode(text.repeat(times)));
          else sink.text(text.repeat(times));
        }
        const all = Buffer.concat(sink.chunks()).toString('utf8');
        assert.ok(all === list.map(({ text, times }) => text.repeat(times)).join(''));
      }),
      { numRuns: 30 },
    );
  });
});
