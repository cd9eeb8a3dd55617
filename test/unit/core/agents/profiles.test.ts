// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what VS Code would substitute is what these tests are about
/** Built-in profiles and the user's own. */
import assert from 'node:assert/strict';
import { builtInProfiles, profilesById, resolveProfiles } from '../../../../src/core/agents/profiles';
import { startPrompt } from '../../../../src/core/agents/prompt';

const mine = { schema: 1, id: 'mine', label: 'Mine', executables: ['mine'], args: [{ ref: 'prompt' }] };

suite('agent profiles', () => {
  test('the built-in ones are the demonstration agent, Claude Code and Codex', () => {
    assert.deepEqual(
      builtInProfiles.map((profile) => profile.id),
      ['demo', 'claude', 'codex'],
    );
  });

  test('every built-in one delivers the prompt after "--", or is Baton’s own', () => {
    for (const profile of builtInProfiles.filter((one) => one.id !== 'demo')) {
      assert.deepEqual(profile.args.slice(-2), ['--', { ref: 'prompt' }]);
    }
  });

  for (const nothing of [undefined, null, []]) {
    test(`without profiles of the user’s (${JSON.stringify(nothing)}) the built-in ones stand`, () => {
      assert.deepEqual(resolveProfiles(builtInProfiles, nothing), {
        profiles: builtInProfiles,
        problems: [],
      });
    });
  }

  test('the user’s profile replaces the built-in one of its id, in its place; others follow', () => {
    const { profiles, problems } = resolveProfiles(builtInProfiles, [mine, { ...mine, id: 'claude' }]);
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
      const { profiles, problems } = resolveProfiles(builtInProfiles, [profile]);
      assert.deepEqual(profiles, builtInProfiles);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.profile, name);
      assert.match(problems[0]?.message ?? '', message);
    });
  }

  test('a broken override leaves the built-in profile in use', () => {
    const { profiles, problems } = resolveProfiles(builtInProfiles, [{ id: 'claude' }, mine]);
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
    const { profiles, problems } = resolveProfiles(builtInProfiles, { mine });
    assert.deepEqual(profiles, builtInProfiles);
    assert.match(problems[0]?.message ?? '', /must be an array/);
  });
});

suite('profiles written by id', () => {
  test('become a list in which the key is the id, and the label unless one is given', () => {
    const written = { mine: { executables: ['mine'], args: [] }, other: { label: 'Other', id: 'ignored' } };
    assert.deepEqual(profilesById(written), [
      { schema: 1, label: 'mine', executables: ['mine'], args: [], id: 'mine' },
      { schema: 1, label: 'Other', id: 'other' },
    ]);
    assert.equal(resolveProfiles(builtInProfiles, profilesById(written)).profiles.at(-1)?.label, 'mine');
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
});
