// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what VS Code would substitute is what these tests are about
/** What a launch plan holds whatever the workspace is called, and what it refuses. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findExecutable } from '../../../../src/core/agents/find-executable';
import { launchPlan } from '../../../../src/core/agents/launch-plan';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { type AgentProfileInput, agentProfileSchema } from '../../../../src/core/model/agent-profile';
import { builtIn } from '../../../support/agent-profiles';
import { launchIn, sessionId } from './sample-launch';

const root = '/projects/shop';
function custom(over: Partial<AgentProfileInput>) {
  return agentProfileSchema.parse({
    schema: 1,
    id: 'mine',
    label: 'Mine',
    executables: ['mine'],
    args: [{ ref: 'prompt' }],
    ...over,
  });
}

function refusal(plan: () => unknown): string {
  try {
    plan();
  } catch (error) {
    if (isBatonError(error, 'launch_refused')) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return 'not refused';
}

suite('launch plan', () => {
  const folders = [
    '/projects/my shop',
    '/projects/it\'s "quoted"',
    '/projects/ünïcödé 任务 🎉',
    '/projects/$HOME `id` $(id) ; rm -rf',
    '/projects/-- --help',
    'C:/Users/Ada Lovelace/shop',
    '/projects/{{id}} $& %PATH%',
  ];
  for (const folder of folders) {
    test(`a workspace in ${folder} arrives byte for byte`, () => {
      const plan = launchPlan(builtIn('claude'), launchIn(folder));
      assert.equal(plan.cwd, folder);
      assert.equal(plan.env['BATON_ROOT'], folder);
      assert.ok(plan.args.at(-1)?.includes(`"${folder}/.baton/packets/${sessionId}.md"`));
      assert.equal(plan.args.length, 9);
      const servers = plan.files.find(({ path }) => path.endsWith('/mcp.json'));
      assert.equal(JSON.parse(servers?.text ?? '').mcpServers.baton.env.BATON_ROOT, folder);
    });
  }

  test('a path with ${env:HOME} in it is refused with a clear hint', () => {
    const said = refusal(() => launchPlan(builtIn('claude'), launchIn('/projects/${env:HOME}/shop')));
    assert.equal(
      said,
      'The folder to start in contains "${env:HOME}", which the editor would replace | Rename the folder or change the setting it comes from, so that no ${ is left in it.',
    );
  });

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'an unclosed ${ in an argument',
      () => launchPlan(custom({ args: ['--x=${env'] }), launchIn(root)),
      /Argument 1 of Mine contains "\$\{env"/,
    ],
    [
      '${ made of two pieces',
      () => launchPlan(custom({ args: [{ join: ['$', '{env:HOME}'] }] }), launchIn(root)),
      /contains "\$\{env:HOME\}"/,
    ],
    [
      '${ in the environment',
      () => launchPlan(custom({ env: { X: '${workspaceFolder}' } }), launchIn(root)),
      /The variable X contains "\$\{workspaceFolder\}"/,
    ],
    [
      '${ in the program',
      () => launchPlan(custom({}), launchIn(root, { executable: '/opt/${x}/mine' })),
      /The path of the program contains/,
    ],
    [
      '${ in PATH',
      () =>
        launchPlan(
          custom({}),
          launchIn(root, { tools: { ...launchIn(root).tools, path: '/bin:${HOME}/bin' } }),
        ),
      /The variable PATH contains/,
    ],
    ['a NUL', () => launchPlan(custom({ args: ['a\0b'] }), launchIn(root)), /contains a NUL character/],
    ['a line break', () => launchPlan(custom({ args: ['a\nb'] }), launchIn(root)), /contains a line break/],
    [
      'a carriage return in a path',
      () => launchPlan(custom({}), launchIn('/projects/a\rb')),
      /contains a line break/,
    ],
    [
      'an argument over 100 KB',
      () => launchPlan(custom({ args: ['é'.repeat(52_000)] }), launchIn(root)),
      /has 104000 bytes; at most 102400/,
    ],
    [
      'arguments over 100 KB together',
      () => launchPlan(custom({ args: ['a'.repeat(60_000), 'b'.repeat(60_000)] }), launchIn(root)),
      /The command of Mine has 120000 bytes/,
    ],
  ];
  for (const [what, plan, message] of refused) {
    test(`refuses ${what}`, () => assert.match(refusal(plan), message));
  }

  test('no argument and no environment value of a plan holds `${`, NUL or a line break', () => {
    const piece = fc.string({
      unit: fc.constantFrom('a', ' ', '$', '{', '}', '"', '\n', '\0', '\r', '/', '-'),
    });
    fc.assert(
      fc.property(piece, fc.array(piece), piece, (folder, args, value) => {
        try {
          const plan = launchPlan(custom({ args, env: { X: value } }), launchIn(`/w/${folder}`));
          const values = [plan.executable, plan.cwd, ...plan.args, ...Object.values(plan.env)];
          return values.every((one) => one === null || !/\$\{|[\0\r\n]/.test(one));
        } catch (error) {
          return isBatonError(error, 'launch_refused');
        }
      }),
    );
  });

  test('nothing of the task but its id and its file travels in a plan', () => {
    const plan = launchPlan(builtIn('claude'), launchIn(root));
    const prompt = plan.args.at(-1) ?? '';
    assert.ok(prompt.length < 250);
    assert.doesNotMatch(prompt, /\n/);
  });

  test('Baton’s own variables win over the profile and the surface; the profile wins over the surface', () => {
    const profile = custom({ env: { BATON_TASK_ID: '999', X: 'profile', AGENT: 'mine' } });
    const launch = launchIn(root, { env: { BATON_ROOT: '/elsewhere', X: 'surface', BATON_DEMO_PACE: '0' } });
    const { env } = launchPlan(profile, launch);
    assert.equal(env['BATON_TASK_ID'], '101');
    assert.equal(env['BATON_ROOT'], root);
    assert.equal(env['X'], 'profile');
    assert.equal(env['AGENT'], 'mine');
    assert.equal(env['BATON_DEMO_PACE'], '0');
  });

  test('variables a profile unsets are taken away', () => {
    assert.equal(launchPlan(custom({ envUnset: ['MY_MARK'] }), launchIn(root)).env['MY_MARK'], null);
  });

  test('the baton folder stands in front of PATH once', () => {
    const tools = {
      ...launchIn(root).tools,
      path: 'C:\\bin;/opt/baton/bin;;D:\\x',
      pathDelimiter: ';' as const,
    };
    assert.equal(
      launchPlan(custom({}), launchIn(root, { tools })).env['PATH'],
      '/opt/baton/bin;C:\\bin;D:\\x',
    );
  });
});

suite('finding an agent’s program', () => {
  const { tools } = launchIn(root);
  const having = (...installed: string[]) => ({
    which: async (name: string) =>
      installed.includes(name) ? `/usr/bin/${name.replace(/^\//, '')}` : undefined,
  });

  test('takes the first that exists', async () => {
    const profile = custom({ executables: ['one', 'two', 'three'] });
    assert.equal(await findExecutable(profile, having('two', 'three'), tools), '/usr/bin/two');
  });

  test('a reference to the runtime is looked up by its path', async () => {
    assert.equal(
      await findExecutable(builtIn('demo'), { which: async (name) => name }, tools),
      '/opt/editor/node',
    );
  });

  test('says what it looked for and how to install it', async () => {
    await assert.rejects(findExecutable(builtIn('claude'), having(), tools), (error) => {
      assert.ok(isBatonError(error, 'agent_missing'));
      assert.equal(error.message, 'Claude Code is not installed (looked for claude)');
      assert.match(error.hint ?? '', /^Install it: npm install --global/);
      return true;
    });
  });

  test('a reference that is no program is a mistake in the profile', async () => {
    const profile = custom({ executables: [{ ref: 'prompt' }] });
    await assert.rejects(findExecutable(profile, having(), tools), (error) =>
      isBatonError(error, 'invalid_config'),
    );
  });
});
