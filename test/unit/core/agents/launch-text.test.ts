// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what VS Code would substitute is what these tests are about
/** The forms by which a profile leaves texts open. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hookLinesOf } from '../../../../src/core/agents/hook-line';
import { fileUrl, launchText, launchValue, type TextScope } from '../../../../src/core/agents/launch-text';
import { inlineToml } from '../../../../src/core/agents/toml';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { LaunchText, LaunchValue } from '../../../../src/core/model/agent-profile';
import { isLaunchForm } from '../../../../src/core/model/agent-profile';
import { builtIn } from '../../../support/agent-profiles';
import { testHasher } from '../../../support/memory-ports';

const posix = { binFolder: '/opt/baton/bin', platform: 'linux' };
const scope: TextScope = {
  profile: 'mine',
  refs: { prompt: 'Read "this"', workspace: '/w/${env:HOME}' },
  files: { hooks: '/run/1/hooks.json' },
  ...hookLinesOf(builtIn('claude'), posix),
  sha256: (text) => testHasher.sha256(new TextEncoder().encode(text)),
};

const table: readonly (readonly [LaunchText, string])[] = [
  ['--flag', '--flag'],
  [{ ref: 'prompt' }, 'Read "this"'],
  [{ file: 'hooks' }, '/run/1/hooks.json'],
  [{ join: ['--prompt=', { ref: 'prompt' }] }, '--prompt=Read "this"'],
  [{ fileUrl: { file: 'hooks' } }, 'file:///run/1/hooks.json'],
  [{ hook: 'stop' }, `'/opt/baton/bin/baton' hook stop --dialect claude`],
  [
    { lastingHook: 'stop' },
    `[ -z "$BATON_TASK_ID" ] || "\${BATON_COMMAND:-baton}" hook stop --dialect claude || true`,
  ],
  [{ json: { a: [{ ref: 'prompt' }, 1, true, null] } }, '{"a":["Read \\"this\\"",1,true,null]}'],
  [{ toml: { 'a b': [{ ref: 'prompt' }, 1], c: { d: true } } }, '{"a b"=["Read \\"this\\"",1],c={d=true}}'],
  // What the editor would replace stands as an escape of the same meaning.
  [{ json: { ref: 'workspace' } }, '"/w/\\u0024{env:HOME}"'],
  [{ toml: { ref: 'workspace' } }, '"/w/\\u0024{env:HOME}"'],
  [{ sha256: { b: 1, a: 'x' } }, `sha256:${testHasher.sha256(new TextEncoder().encode('{"a":"x","b":1}'))}`],
];

suite('launch texts', () => {
  for (const [form, expected] of table) {
    test(`${JSON.stringify(form)} is ${expected}`, () => assert.equal(launchText(form, scope), expected));
  }

  for (const form of [{ ref: 'nativeSessionId' }, { file: 'other' }] satisfies LaunchText[]) {
    test(`${JSON.stringify(form)} means nothing where there is none`, () => {
      assert.throws(
        () => launchText(form, scope),
        (error) => isBatonError(error, 'invalid_config'),
      );
    });
  }

  test('plain data goes through a value untouched', () => {
    const data: LaunchValue = {
      type: 'command',
      timeout: 10,
      args: ['hook', { ref: 'prompt' }],
      deep: { x: null },
    };
    assert.deepEqual(launchValue(data, scope), {
      type: 'command',
      timeout: 10,
      args: ['hook', 'Read "this"'],
      deep: { x: null },
    });
  });

  test('a hash does not depend on the order in which keys are written', () => {
    const objects = fc.dictionary(fc.string(), fc.integer()).filter((object) => !isLaunchForm(object));
    fc.assert(
      fc.property(objects, (object) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());
        const entries = [object, turned].map((value) => launchText({ sha256: { value } }, scope));
        return entries[0] === entries[1];
      }),
    );
  });
});

suite('inline TOML', () => {
  test('a string reads back as what it was, on one line and with nothing for the editor to replace', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = launchText({ toml: { join: [text] } }, scope);
        assert.doesNotMatch(written, /[\r\n\0\u007f]|\$\{/);
        // The escapes that are used are those that JSON and TOML share.
        assert.equal(JSON.parse(written), text);
      }),
    );
  });

  test('there is no null', () => assert.throws(() => inlineToml(null), RangeError));
});

suite('a hook line', () => {
  const hooks = (place: { binFolder: string; platform: string }) => hookLinesOf(builtIn('claude'), place);

  test('quotes its path once, whatever is in it', () => {
    const line = hooks({ binFolder: `/it's "a" $(touch x)/bin`, platform: 'linux' }).hookLine('start');
    assert.equal(line, `'/it'\\''s "a" $(touch x)/bin/baton' hook start --dialect claude`);
  });

  test('calls the command file of Windows', () => {
    const place = { binFolder: 'C:\\Users\\Ada L\\bin', platform: 'win32' };
    assert.equal(
      hooks(place).hookLine('end'),
      `"C:\\Users\\Ada L\\bin\\baton.cmd" hook end --dialect claude`,
    );
    assert.equal(
      hooks(place).lastingHookLine('end'),
      "if ($env:BATON_TASK_ID) { & ($env:BATON_COMMAND, 'baton' -ne $null)[0] hook end --dialect claude }",
    );
  });

  test('tells how much context reaches the model, where that is not the usual', () => {
    const claude = builtIn('claude');
    assert.ok(claude.hooks);
    const lines = hookLinesOf({ ...claude, hooks: { ...claude.hooks, contextLimit: 500 } }, posix);
    assert.match(lines.hookLine('start'), / hook start --dialect claude --limit 500$/);
    assert.match(lines.lastingHookLine('start'), / hook start --dialect claude --limit 500 \|\| true$/);
  });

  test('refuses on Windows a path that no quotes protect', () => {
    assert.throws(
      () => hooks({ binFolder: 'C:\\%TEMP%\\bin', platform: 'win32' }).hookLine('end'),
      (error) => isBatonError(error, 'launch_refused'),
    );
  });

  test('is a mistake in a profile that describes no hooks', () => {
    assert.throws(
      () => hookLinesOf(builtIn('cline'), posix).hookLine('start'),
      (error) => isBatonError(error, 'invalid_config'),
    );
  });
});

suite('a file address', () => {
  const addresses = [
    ['/a b/ü#?.mjs', 'file:///a%20b/%C3%BC%23%3F.mjs'],
    ['C:\\Users\\x.mjs', 'file:///C:/Users/x.mjs'],
    ['/with%41/x', 'file:///with%2541/x'],
  ] as const;
  for (const [path, address] of addresses) {
    test(`of ${path} is ${address}`, () => assert.equal(fileUrl(path), address));
  }
});
