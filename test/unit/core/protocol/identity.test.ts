/** The identity layers: which file counts, what shadows what, and that equal inputs give equal bytes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { headingSections } from '../../../../src/core/markdown/heading-sections';
import { composeIdentity } from '../../../../src/core/operations/effective-identity';
import {
  type IdentityCandidate,
  type IdentityLayer,
  type IdentityPlace,
  identityFileLimit,
  identityFileNames,
  identityLayers,
  identityLimit,
  identityPlaces,
} from '../../../../src/core/protocol/identity';
import { identityShare, packetIdentity } from '../../../../src/core/protocol/packet-identity';

type WrittenFile = IdentityCandidate & { readonly text: string };

function written(
  layer: IdentityLayer,
  text: string,
  over: { readonly place?: IdentityPlace; readonly name?: string } = {},
): WrittenFile {
  const place = over.place ?? 'state';
  const name = over.name ?? `${layer.toUpperCase()}.md`;
  return { layer, text, place, name, file: `${place}/${name}`, path: `/p/${place}/${name}` };
}

suite('identity layers', () => {
  test('of sections with the same heading the highest layer’s counts, whatever the case', () => {
    const { parts, conflicts } = composeIdentity([
      written('user', '## TONE\ncasual\n\n## Language\nGerman'),
      written('soul', '## Tone\nformal'),
    ]);
    assert.deepEqual(
      parts.map(({ layer, text }) => [layer, text]),
      [
        ['soul', '## Tone\nformal'],
        ['user', '## Language\nGerman'],
      ],
    );
    assert.deepEqual(conflicts, [
      {
        heading: 'TONE',
        layer: 'user',
        file: 'state/USER.md',
        path: '/p/state/USER.md',
        line: 1,
        lineLength: 7,
        by: { layer: 'soul', file: 'state/SOUL.md', path: '/p/state/SOUL.md', line: 1 },
      },
    ]);
  });

  test('all four layers stand in their order, each heading where its highest layer has it', () => {
    const all = [...identityLayers]
      .reverse()
      .map((layer) => written(layer, `## Who\n${layer}\n\n## Only ${layer}\nx`));
    const { text, conflicts } = composeIdentity(all);
    assert.deepEqual(text?.match(/^## .*$/gm), [
      '## Who',
      ...identityLayers.map((layer) => `## Only ${layer}`),
    ]);
    assert.match(text ?? '', /## Who\nsoul\n/);
    assert.deepEqual(
      conflicts.map(({ layer, by }) => [layer, by.layer]),
      [
        ['agent', 'soul'],
        ['identity', 'soul'],
        ['user', 'soul'],
      ],
    );
  });

  test('two sections of one file with one heading both stay, and both are shadowed together', () => {
    const twice = '## Rules\na\n\n## Rules\nb';
    assert.match(composeIdentity([written('agent', twice)]).text ?? '', /a\n\n## Rules\nb/);
    const { conflicts } = composeIdentity([written('agent', twice), written('soul', '## Rules\nc')]);
    assert.deepEqual(
      conflicts.map(({ line }) => line),
      [1, 4],
    );
  });

  test('a title with nothing below it shadows and is shadowed without a word', () => {
    const { conflicts } = composeIdentity([
      written('soul', '# Me\n\n## A\na'),
      written('user', '# Me\n\n## B\nb'),
    ]);
    assert.deepEqual(conflicts, []);
  });

  test('a heading in a fence shadows nothing', () => {
    const { text, conflicts } = composeIdentity([
      written('soul', '## Run\n```sh\n## Tests\n```'),
      written('user', '## Tests\nrun them'),
    ]);
    assert.match(text ?? '', /run them/);
    assert.deepEqual(conflicts, []);
  });

  test('AGENTS.md stands in for AGENT.md only where there is no AGENT.md at all', () => {
    const standIn = written('agent', '## S\nstand-in', { place: 'workspace', name: 'AGENTS.md' });
    const own = written('agent', '## S\nown', { place: 'person', name: 'AGENT.md' });
    assert.equal(composeIdentity([standIn]).layers[1]?.file, 'workspace/AGENTS.md');
    assert.equal(composeIdentity([standIn, own]).layers[1]?.file, 'person/AGENT.md');
  });

  test('of AGENTS.md and CLAUDE.md in one folder AGENTS.md counts', () => {
    const files = ['CLAUDE.md', 'AGENTS.md'].map((name) =>
      written('agent', `## S\n${name}`, { place: 'workspace', name }),
    );
    assert.equal(composeIdentity(files).layers[1]?.file, 'workspace/AGENTS.md');
  });

  test('the search goes from the task’s folder to the person’s own', () => {
    const files = [...identityPlaces].reverse().map((place) => written('user', `## S\n${place}`, { place }));
    for (const place of identityPlaces) {
      assert.equal(composeIdentity(files).layers[3]?.file, `${place}/USER.md`);
      files.pop();
    }
  });

  test('a layer without a file is told as such, and none at all gives no text', () => {
    const { layers, text } = composeIdentity([]);
    assert.deepEqual(
      layers.map(({ layer, file }) => [layer, file]),
      identityLayers.map((layer) => [layer, undefined]),
    );
    assert.equal(text, undefined);
  });

  test('a file over the limit is cut at a line, and a notice says how much', () => {
    const line = `${'x'.repeat(99)}\n`;
    const { parts, notices } = composeIdentity([written('soul', line.repeat(250))]);
    assert.equal(parts[0]?.text.length, identityFileLimit - 1);
    assert.deepEqual(notices, ['state/SOUL.md is longer than 20000 characters: the last 5000 are left out.']);
  });

  test('all together are cut at the limit, the lowest layer first', () => {
    const { parts, notices } = composeIdentity(
      identityLayers.map((layer) => written(layer, `## ${layer}\n${'words '.repeat(3300)}`)),
    );
    const length = parts.reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(length <= identityLimit);
    assert.deepEqual(
      parts.map(({ layer }) => layer),
      identityLayers,
    );
    assert.match(notices[0] ?? '', /longer than 60000 characters together: the last \d+ are left out/);
  });
});

const line = fc.constantFrom(
  '# Title',
  '## Tone',
  '## tone',
  '### Names',
  'Tests',
  '-----',
  '```',
  '~~~',
  'words',
  '',
  '> quoted',
  '- item',
  'ünïcode 日本',
  '<!-- c -->',
);
const text = fc.array(line, { maxLength: 20 }).map((lines) => lines.join('\n'));
const file = fc.constantFrom(...identityLayers).chain((layer) =>
  fc
    .record({
      place: fc.constantFrom(...identityPlaces),
      name: fc.constantFrom(...identityFileNames[layer]),
      text,
    })
    .map((over) => written(layer, over.text, over)),
);
/** No two files at one path. */
const fileSet = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 12 });

suite('identity laws', () => {
  test('equal inputs give the same bytes, whatever order the files are given in', () => {
    fc.assert(
      fc.property(
        fileSet.chain((files) =>
          fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
        ),
        ([files, shuffled]) => assert.deepEqual(composeIdentity(shuffled), composeIdentity(files)),
      ),
    );
  });

  test('line endings and a byte order mark make no difference', () => {
    fc.assert(
      fc.property(fileSet, fc.constantFrom('\r\n', '\r'), fc.boolean(), (files, end, mark) => {
        const other = files.map((one) => ({
          ...one,
          text: `${mark ? '\uFEFF' : ''}${one.text.replaceAll('\n', end)}`,
        }));
        assert.deepEqual(composeIdentity(other), composeIdentity(files));
      }),
    );
  });

  test('a section is kept exactly when no higher layer has its heading, and told as shadowed when it said something', () => {
    fc.assert(
      fc.property(fileSet, (files) => {
        const { parts, conflicts, layers } = composeIdentity(files);
        const above = new Set<string>();
        for (const { layer, file } of layers) {
          const text = files.find((one) => one.layer === layer && one.file === file)?.text ?? '';
          const sections = headingSections(text);
          const key = (heading: string | undefined) => heading?.toLowerCase() ?? '';
          const kept = sections.filter(({ heading }) => !above.has(key(heading)));
          const lost = sections.filter(({ heading, isEmpty }) => above.has(key(heading)) && !isEmpty);
          assert.equal(
            parts.find((one) => one.layer === layer)?.text ?? '',
            kept.map((one) => one.text).join('\n\n'),
          );
          assert.deepEqual(
            conflicts.filter((one) => one.layer === layer).map(({ line: at }) => at),
            lost.map(({ line: at }) => at),
          );
          for (const { heading } of sections) if (key(heading) !== '') above.add(key(heading));
        }
      }),
    );
  });
});

suite('identity in a packet', () => {
  const whole = '/project/.baton/effective-identity.md';

  test('AGENTS.md of the workspace folder is named, not repeated', () => {
    const merged = composeIdentity([
      written('agent', '## Build\nmake', { place: 'workspace', name: 'AGENTS.md' }),
      written('user', '## Language\nGerman'),
    ]);
    assert.deepEqual(packetIdentity(merged, whole), {
      parts: [{ file: 'state/USER.md', text: '## Language\nGerman' }],
      named: ['workspace/AGENTS.md'],
      rest: undefined,
    });
  });

  test('an AGENTS.md where agents do not look is quoted', () => {
    const merged = composeIdentity([written('agent', '## Build\nmake', { name: 'AGENTS.md' })]);
    assert.deepEqual(packetIdentity(merged, whole)?.named, []);
  });

  test('no more than its share of bytes is quoted, and the rest is counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('wörter\n', '日本語 '.repeat(60), 'x'.repeat(900), '\n'), { maxLength: 60 }),
        (lines) => {
          const merged = composeIdentity([
            written('soul', `## S\n${lines.join('')}`),
            written('user', '## U\nu'),
          ]);
          const packet = packetIdentity(merged, whole);
          const bytes = (parts: readonly { readonly text: string }[]) =>
            parts.reduce((sum, part) => sum + Buffer.byteLength(part.text), 0);
          const quoted = bytes(packet?.parts ?? []);
          assert.ok(quoted <= identityShare);
          assert.equal(packet?.rest?.bytes ?? 0, bytes(merged.parts) - quoted);
        },
      ),
    );
  });
});
