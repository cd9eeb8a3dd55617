// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what VS Code would substitute is what these tests are about
/** Built-in profiles and the user's own. */
import assert from 'node:assert/strict';
import {
  loadProfiles,
  mergedProfiles,
  profilesById,
  resolveProfiles,
} from '../../../../src/core/agents/profiles';
import { startPrompt } from '../../../../src/core/agents/prompt';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { NodeFileSystem } from '../../../../src/node/node-file-system';
import { agentsFolder, builtIn } from '../../../support/agent-profiles';
import { MemoryClock } from '../../../support/memory-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';

const mine = { schema: 1, id: 'mine', label: 'Mine', executables: ['mine'], args: [{ ref: 'prompt' }] };

const some = ['demo', 'claude', 'codex'].map(builtIn);

suite('agent profiles', () => {
  for (const nothing of [undefined, null, []]) {
    test(`without profiles of the user’s (${JSON.stringify(nothing)}) the built-in ones stand`, () => {
      assert.deepEqual(resolveProfiles(some, nothing), {
        profiles: some,
        problems: [],
      });
    });
  }

  test('the user’s profile replaces the built-in one of its id, in its place; others follow', () => {
    const { profiles, problems } = resolveProfiles(some, [mine, { ...mine, id: 'claude' }]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      profiles.map((profile) => [profile.id, profile.label]),
      [
        ['demo', 'Demonstration agent'],
        ['claude', 'Mine'],
        ['codex', 'Codex'],
        ['mine', 'Mine'],
      ],
    );
  });

  const invalid: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['no object', 7, '#1', /expected object/i],
    ['null', null, '#1', /expected object/i],
    ['an unknown key', { ...mine, shell: 'bash' }, 'mine', /shell/],
    ['an unknown reference', { ...mine, args: [{ ref: 'taskText' }] }, 'mine', /args/],
    ['no program', { ...mine, executables: [] }, 'mine', /executables/],
    ['an id with spaces', { ...mine, id: 'my agent' }, 'my agent', /^id: /],
    ['a variable name that is none', { ...mine, env: { 'A B': 'x' } }, 'mine', /env/],
    [
      '${…} in an argument',
      { ...mine, args: ['${workspaceFolder}'] },
      'mine',
      /"\$\{workspaceFolder\}" would be replaced by the editor/,
    ],
    [
      '${…} in a joined piece',
      { ...mine, args: [{ join: ['--x=${env:HOME}', { ref: 'prompt' }] }] },
      'mine',
      /"\$\{env:HOME\}"/,
    ],
    ['${…} in the environment', { ...mine, env: { X: '${env:HOME}' } }, 'mine', /"\$\{env:HOME\}"/],
  ];
  for (const [what, profile, name, message] of invalid) {
    test(`a profile with ${what} is reported and not used`, () => {
      const { profiles, problems } = resolveProfiles(some, [profile]);
      assert.deepEqual(profiles, some);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.profile, name);
      assert.match(problems[0]?.message ?? '', message);
    });
  }

  test('a broken override leaves the built-in profile in use', () => {
    const { profiles, problems } = resolveProfiles(some, [{ id: 'claude' }, mine]);
    assert.equal(profiles.find((profile) => profile.id === 'claude')?.label, 'Claude Code');
    assert.equal(profiles.at(-1)?.id, 'mine');
    assert.deepEqual(
      problems.map((problem) => problem.profile),
      ['claude'],
    );
  });

  test('of two profiles with one id the first counts', () => {
    const { profiles, problems } = resolveProfiles([], [mine, { ...mine, label: 'Second' }]);
    assert.deepEqual(
      profiles.map((profile) => profile.label),
      ['Mine'],
    );
    assert.deepEqual(problems, [{ profile: 'mine', message: 'An earlier profile has this id.' }]);
  });

  test('what is not a list is reported', () => {
    const { profiles, problems } = resolveProfiles(some, { mine });
    assert.deepEqual(profiles, some);
    assert.match(problems[0]?.message ?? '', /must be an array/);
  });
});

suite('built-in profiles', () => {
  test('are thirteen, those for trials last', async () => {
    const profiles = await loadProfiles(new NodeFileSystem(), agentsFolder);
    assert.deepEqual(
      profiles.map(({ id }) => id),
      [
        ...['aider', 'amp', 'claude', 'cline', 'codex', 'copilot', 'crush'],
        ...['cursor', 'gemini', 'goose', 'opencode', 'qwen', 'demo'],
      ],
    );
  });

  const broken: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ['none is there', {}, /There are none/],
    ['one is no JSON', { 'mine.json': '{' }, /mine\.json/],
    ['one breaks the schema', { 'mine.json': '{"schema":1}' }, /mine\.json: .*id/],
    ['one stands under another name', { 'other.json': JSON.stringify(mine) }, /its id is "mine"/],
  ];
  for (const [what, files, message] of broken) {
    test(`say so when ${what}`, async () => {
      const fs = new MemoryFileSystem(new MemoryClock());
      for (const [name, text] of Object.entries(files)) fs.put(`/agents/${name}`, text);
      await assert.rejects(loadProfiles(fs, '/agents'), (error) => {
        assert.ok(isBatonError(error, 'io_failed'));
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

suite('profiles written by id', () => {
  test('become a list in which the key is the id, and the label unless one is given', () => {
    const written = { mine: { executables: ['mine'], args: [] }, other: { label: 'Other', id: 'ignored' } };
    assert.deepEqual(profilesById(written), [
      { schema: 1, label: 'mine', executables: ['mine'], args: [], id: 'mine' },
      { schema: 1, label: 'Other', id: 'other' },
    ]);
    assert.equal(resolveProfiles(some, profilesById(written)).profiles.at(-1)?.label, 'mine');
  });

  test('what is no object is left for the check to refuse', () => {
    for (const written of [undefined, null, 'claude', 3, ['claude']])
      assert.equal(profilesById(written), written);
  });
});

suite('start prompt', () => {
  for (const resume of [false, true]) {
    test(`names the packet on one line that begins with a word (${resume ? 'resumed' : 'fresh'})`, () => {
      const prompt = startPrompt({ packetPath: '/a b/p.md', resume });
      assert.match(prompt, /^Read the whole file "\/a b\/p\.md" first; then (continue|work on) /);
      assert.equal(prompt.includes('continue'), resume);
      assert.equal(prompt.split('\n').length, 1);
    });
  }

  test('says in which parts to read a packet that is not shown whole, on one line', () => {
    const parts = [
      { from: 1, to: 80 },
      { from: 81, to: 143 },
    ];
    const prompt = startPrompt({ packetPath: '/a b/p.md', resume: true, parts });
    assert.match(
      prompt,
      /^Read the whole file "\/a b\/p\.md" first, part by part .*\(lines 1-80, 81-143\); then /,
    );
    assert.equal(prompt.split('\n').length, 1);
  });
});

suite('profiles of two places', () => {
  const one = { label: 'One' };
  const other = { label: 'Other' };

  test('are all there, and of two with one id the second place has its way', () => {
    assert.deepEqual(mergedProfiles({ a: one, b: one }, { b: other, c: other }), {
      a: one,
      b: other,
      c: other,
    });
  });

  for (const nothing of [undefined, null, 7, [one]]) {
    test(`are those of the other one where one holds ${JSON.stringify(nothing)}`, () => {
      assert.deepEqual(mergedProfiles({ a: one }, nothing), { a: one });
      assert.deepEqual(mergedProfiles(nothing, { a: one }), { a: one });
    });
  }
});
