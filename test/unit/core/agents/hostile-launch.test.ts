// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what the editor would substitute is the subject
/** Whatever folders are called, every agent gets what it gets in a harmless one, with the folder put in. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Launch, launchPlan } from '../../../../src/core/agents/launch-plan';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { builtInProfiles } from '../../../support/agent-profiles';
import { launchIn } from './sample-launch';

const hostile = fc.string({
  unit: fc.constantFrom(
    ...[
      'a',
      ' ',
      '-',
      '--',
      '$',
      '{',
      '}',
      '${env:HOME}',
      '"',
      "'",
      '`',
      '$(id)',
      ';',
      '|',
      '&',
      '\\',
      '%PATH%',
    ],
    ...['\n', '\r', '\0', '\t', '*', '~', '#', 'ü', '任', '🎉', '../', '{{id}}', '=', '[', '<'],
  ),
  maxLength: 12,
});
const mark = '@@';

suite('a hostile folder', () => {
  for (const profile of builtInProfiles) {
    const modes: readonly Launch['mode'][] = profile.headless ? ['interactive', 'headless'] : ['interactive'];
    test(`changes no other argument and no other variable of ${profile.id}`, () => {
      fc.assert(
        fc.property(hostile, fc.constantFrom(...modes), fc.boolean(), (name, mode, hooks) => {
          const harmless = launchPlan(profile, launchIn(`/w/${mark}`, { mode, hooks }));
          try {
            const plan = launchPlan(profile, launchIn(`/w/${name}`, { mode, hooks }));
            const put = (text: string) => text.replaceAll(mark, () => name);
            // Inside a string of TOML or JSON the same escapes stand for it.
            const putEncoded = (text: string) =>
              text.replaceAll(mark, () => JSON.stringify(name).slice(1, -1));
            const isEncoded = (arg: string) => /^mcp_servers\.baton\.\w+=/.test(arg);
            assert.deepEqual(
              plan.args,
              harmless.args.map((arg) => (isEncoded(arg) ? putEncoded(arg) : put(arg))),
            );
            assert.equal(plan.stdin, harmless.stdin === undefined ? undefined : put(harmless.stdin));
            assert.deepEqual(JSON.stringify(plan.env), JSON.stringify(mapped(harmless.env, put)));
            assert.deepEqual(
              plan.files,
              harmless.files.map(({ path, text }) => ({
                path,
                text: path.endsWith('.json') ? putEncoded(text) : text,
              })),
            );
          } catch (error) {
            assert.ok(isBatonError(error, 'launch_refused'), String(error));
            assert.match(name, /\$\{|[\0\r\n]/);
          }
        }),
        { numRuns: 60 },
      );
    });

    test(`the prompt of ${profile.id} never begins with a dash`, () => {
      for (const mode of modes) {
        const { args, stdin } = launchPlan(profile, launchIn('/--help', { mode }));
        const prompts = [...args, stdin ?? ''].filter((text) => text.includes('Read the whole file'));
        for (const prompt of prompts) assert.match(prompt, /^(--[a-z-]+=)?Read the whole file "/);
        assert.ok(prompts.length === 1 || profile.typed || profile.id === 'demo', profile.id);
      }
    });
  }
});

function mapped(env: Readonly<Record<string, string | null>>, put: (text: string) => string) {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === null ? null : put(value)]),
  );
}
