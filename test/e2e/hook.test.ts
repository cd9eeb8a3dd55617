/** `baton hook` as agents call it: a process with JSON on standard input, which must never get in their way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { ensureCommandShim } from '../../src/node/command-shim';
import { environment, type Repository, withRepository } from './support/with-repository';

const dist = resolve(import.meta.dirname, '../../dist');
const plugin = resolve(import.meta.dirname, '../../media/hooks/opencode.mjs');
const native = '1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9';
const ofTask = { BATON_TASK_ID: '101' };

interface Spoken {
  /** Left open when undefined. */
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: string;
}

async function call(
  { root }: Repository,
  args: readonly string[],
  { env = {}, command, ...said }: Spoken = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const [program, ...first] = command === undefined ? [process.execPath, join(dist, 'cli.js')] : [command];
  const child = spawn(program, [...first, 'hook', ...args], { cwd: root, env: environment(root, env) });
  child.stdin.on('error', () => undefined);
  if (!('stdin' in said)) child.stdin.end('{}');
  else if (said.stdin !== undefined) child.stdin.end(said.stdin);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  child.stdin.destroy();
  return { code: typeof code === 'number' ? code : null, stdout, stderr };
}

async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.baton(['init']);
    const features = [
      '--feature',
      'jwt-1: generateToken() works',
      '--feature',
      'jwt-2: validateToken() works',
    ];
    await repository.baton(['task', 'create', '--title', 'JWT Service', '--id', '101', ...features]);
    await body(repository);
  });
}

const claude = (event: string) => [event, '--dialect', 'claude'];
const silent = { code: 0, stdout: '', stderr: '' };

suite('an agent that a person started by hand on a task', () => {
  test('gets the facts, is held for its entry, and leaves a session that ended', async () => {
    await withTask(async (repository) => {
      const said = (more: object) => ({
        env: ofTask,
        stdin: JSON.stringify({ session_id: native, ...more }),
      });
      const started = await call(repository, claude('start'), said({ source: 'startup' }));
      const { hookSpecificOutput } = JSON.parse(started.stdout);
      assert.equal(hookSpecificOutput.hookEventName, 'SessionStart');
      assert.match(hookSpecificOutput.additionalContext, /^You work on task #101 .* session 1 /);
      assert.match(hookSpecificOutput.additionalContext, /> jwt-1: generateToken\(\) works/);

      assert.deepEqual(await call(repository, claude('prompt'), said({ prompt: 'Go on' })), silent);
      const held = JSON.parse(
        (await call(repository, claude('stop'), said({ stop_hook_active: false }))).stdout,
      );
      assert.equal(held.decision, 'block');
      const asked = await call(repository, claude('stop'), said({ stop_hook_active: true }));
      assert.deepEqual(asked, silent);
      await repository.baton(['progress', '101', '--did', 'Wrote generateToken()', '--next', 'Test it']);
      assert.deepEqual(await call(repository, claude('stop'), said({ stop_hook_active: false })), silent);

      const compacted = await call(repository, claude('start'), said({ source: 'compact' }));
      assert.match(compacted.stdout, /Your context was compacted.*Next steps, from session 1.*Test it/);
      await call(repository, claude('end'), said({ reason: 'other' }));
      const { sessions } = (await repository.json(['session', 'list'])).data;
      assert.equal(sessions.length, 1);
      assert.deepEqual(
        [sessions[0].origin, sessions[0].nativeId, sessions[0].liveness, sessions[0].end.automaticEntry],
        ['external', native, 'ended', false],
      );
    });
  });

  test('is passed over while another one works on the task', async () => {
    await withTask(async (repository) => {
      await call(repository, claude('start'), { env: ofTask, stdin: `{"session_id":"${native}"}` });
      const other = { env: ofTask, stdin: '{"session_id":"another-agent","source":"startup"}' };
      assert.deepEqual(await call(repository, claude('start'), other), silent);
      assert.deepEqual(await call(repository, claude('stop'), other), silent);
      const { sessions } = (await repository.json(['session', 'list'])).data;
      assert.deepEqual(
        sessions.map(({ nativeId }: { nativeId: string }) => nativeId),
        [native],
      );
    });
  });
});

suite('a hook of an agent at work', () => {
  test('is heard, from any folder of the workspace, and says nothing', async () => {
    await withTask(async (repository) => {
      await call(repository, claude('start'), { env: ofTask, stdin: `{"session_id":"${native}"}` });
      const { sessions } = (await repository.json(['session', 'list'])).data;
      const below = join(repository.root, 'src');
      await mkdir(below);
      for (const [event, where] of [
        ['prompt', repository.root],
        ['tool', below],
      ] as const) {
        // A start is news after anything, so that the next beat is written down.
        await call(repository, claude('start'), { env: ofTask, stdin: `{"session_id":"${native}"}` });
        const heard = await call({ ...repository, root: where }, claude(event), {
          env: { BATON_SESSION_ID: sessions[0].id, BATON_ROOT: '' },
        });
        assert.deepEqual(heard, silent);
        const after = (await repository.json(['session', 'list'])).data.sessions[0];
        assert.equal(after.hookEvent, event);
      }
    });
  });

  test('waits for a bundle that holds neither Markdown, nor Git, nor the verbs', async () => {
    const { outputs } = JSON.parse(await readFile(join(dist, 'meta.json'), 'utf8'));
    const inputs = Object.keys(outputs['dist/hook-beat.js'].inputs);
    assert.ok(inputs.includes('src/core/operations/hook-beat.ts'));
    const heavy =
      /^src\/(core\/markdown|cli\/commands)\/|node_modules\/(commander|remark|unified|yaml|simple-git)/;
    assert.deepEqual(
      inputs.filter((path) => heavy.test(path)),
      [],
    );
    assert.deepEqual(
      inputs.filter((path) => path.startsWith('src/core/operations/')),
      ['src/core/operations/hook-beat.ts'],
    );
  });
});

suite('a session that a hook begins', () => {
  for (const [what, env, agent] of [
    ['is of the agent that the environment names', { ...ofTask, BATON_AGENT: 'codex' }, 'codex'],
    ['is else of the agent whose dialect is spoken', ofTask, 'gemini'],
    ['is of that agent too when the name is empty', { ...ofTask, BATON_AGENT: '' }, 'gemini'],
  ] as const) {
    test(what, async () => {
      await withTask(async (repository) => {
        await call(repository, ['start', '--dialect', 'gemini'], {
          env,
          stdin: `{"session_id":"${native}"}`,
        });
        const { sessions } = (await repository.json(['session', 'list'])).data;
        assert.deepEqual(
          sessions.map((one: { agent: string; origin: string }) => [one.agent, one.origin]),
          [[agent, 'external']],
        );
      });
    });
  }
});

suite('a hook that cannot do its work', () => {
  const session = { BATON_SESSION_ID: '99999999-0000-4000-8000-000000000000' };
  const cases: readonly (readonly [string, readonly string[], Spoken])[] = [
    ['of an agent that has nothing to do with Baton', claude('stop'), {}],
    ['for an event that nobody knows', claude('no-such-event'), { env: ofTask }],
    ['in a dialect that nobody speaks', ['stop', '--dialect', 'latin'], { env: ofTask }],
    ['without any words', [], { env: ofTask }],
    ['with a limit that is none', [...claude('start'), '--limit', 'none'], { env: ofTask }],
    ['for a session that is not on record', claude('stop'), { env: session }],
    ['for a session id that is a path', claude('stop'), { env: { BATON_SESSION_ID: '../../etc/passwd' } }],
    ['for a task that does not exist', claude('start'), { env: { BATON_TASK_ID: '999' } }],
    ['for a task id that is none', claude('start'), { env: { BATON_TASK_ID: '../101' } }],
    ['in a workspace that is none', claude('start'), { env: { ...ofTask, BATON_ROOT: '/' } }],
    ['with words that are no JSON', claude('end'), { env: ofTask, stdin: '\u0000{{{' }],
    ['that beats for a session not on record', claude('tool'), { env: session }],
    ['that beats for a path', claude('tool'), { env: { BATON_SESSION_ID: '../../etc/passwd' } }],
    ['that beats where no workspace is', claude('tool'), { env: { ...session, BATON_ROOT: '/' } }],
    ['that beats with 3 MB of words', claude('tool'), { env: session, stdin: 'x'.repeat(3 * 1024 * 1024) }],
    ['that beats and is never told the end', claude('tool'), { env: session, stdin: undefined }],
    ['of a stranger that never closes its words', claude('tool'), { stdin: undefined }],
    ['with 3 MB of words', claude('end'), { env: ofTask, stdin: 'x'.repeat(3 * 1024 * 1024) }],
    ['when the agent never closes its words', claude('end'), { env: ofTask, stdin: undefined }],
  ];
  for (const [what, args, spoken] of cases) {
    test(`${what} says nothing and exits with 0`, async () => {
      await withTask(async (repository) => {
        assert.deepEqual(await call(repository, args, spoken), silent);
      });
    });
  }

  test('because a file is broken says nothing and exits with 0, and tells why when asked to', async () => {
    await withTask(async (repository) => {
      await call(repository, claude('start'), { env: ofTask, stdin: `{"session_id":"${native}"}` });
      await writeFile(
        join(repository.root, 'task-states/task-101-state.md'),
        Buffer.from([0xff, 0xfe, 0xff]),
      );
      const stop = { env: ofTask, stdin: `{"session_id":"${native}","stop_hook_active":false}` };
      assert.deepEqual(await call(repository, claude('stop'), stop), silent);
      const told = await call(repository, [...claude('stop'), '--verbose'], stop);
      assert.deepEqual([told.code, told.stdout], [0, '']);
      assert.match(told.stderr, /UTF-8/);
    });
  });
});

test('a hook runs where no Node is installed, on the runtime that the command names', async () => {
  await withTask(async (repository) => {
    const folder = join(repository.root, '..', 'my bin');
    const target = {
      node: process.execPath,
      nodeEnv: { ELECTRON_RUN_AS_NODE: '1' },
      cli: join(dist, 'cli.js'),
    };
    await ensureCommandShim(folder, target);
    const started = await call(repository, ['start', '--dialect', 'demo'], {
      command: join(folder, 'baton'),
      env: { ...ofTask, PATH: '/nowhere' },
    });
    assert.match(JSON.parse(started.stdout).context, /^You work on task #101/);
  });
});

suite('the plugin for agents whose hooks are modules', () => {
  test('tells the facts to every request, again after a compaction, and asks when the agent is idle', async () => {
    await withTask(async (repository) => {
      const folder = join(repository.root, '..', 'bin');
      await ensureCommandShim(folder, { node: process.execPath, nodeEnv: {}, cli: join(dist, 'cli.js') });
      const { printed, code } = await play(repository, join(folder, 'baton'));
      assert.equal(code, 0, printed);
      const { first, child, summary, after, prompts } = JSON.parse(printed);
      assert.match(first.join(), /^You work on task #101 .*jwt-1/s);
      assert.deepEqual(child, []);
      assert.match(summary.join(), /^Keep these facts/);
      assert.match(after.join(), /^Your context was compacted/);
      assert.equal(prompts.length, 1);
      assert.equal(prompts[0].path.id, 'ses_main');
      assert.match(prompts[0].body.parts[0].text, /no entry of session 1/);
    });
  });

  test('does nothing outside Baton, and goes on when the command fails, hangs up or says nonsense', async () => {
    await withTask(async (repository) => {
      const broken = join(repository.root, '..', 'broken');
      await mkdir(broken);
      for (const [name, script] of [
        ['fails', '#!/bin/sh\nexit 3\n'],
        ['nonsense', '#!/bin/sh\necho "[1"\n'],
      ] as const) {
        await writeFile(join(broken, name), script);
        await chmod(join(broken, name), 0o755);
      }
      for (const name of ['missing', ...(await readdir(broken))]) {
        const { printed, code } = await play(repository, join(broken, name));
        assert.equal(code, 0, printed);
        const { first, after, prompts } = JSON.parse(printed);
        assert.deepEqual([first, after, prompts], [[], [], []]);
      }
      const { printed } = await play(repository, undefined);
      assert.deepEqual(JSON.parse(printed).hooks, []);
    });
  });
});

/** An agent of a few lines that loads the plugin and goes through a conversation with it. */
const agent = `
const { BatonHooks } = await import(process.argv[1]);
const prompts = [];
const client = { session: { prompt: async (asked) => { prompts.push(asked); } } };
const hooks = await BatonHooks({ client });
const event = (type, properties) => hooks.event?.({ event: { type, properties } });
const request = async (sessionID) => {
  const system = [];
  await hooks['experimental.chat.system.transform']?.({ sessionID }, { system });
  return system;
};
await event('session.created', { info: { id: 'ses_main' } });
await hooks['chat.message']?.({ sessionID: 'ses_main' }, {});
const first = await request('ses_main');
await event('session.created', { info: { id: 'ses_child', parentID: 'ses_main' } });
const child = await request('ses_child');
await hooks['tool.execute.before']?.({ sessionID: 'ses_child', tool: 'bash' }, {});
const summary = [];
await hooks['experimental.session.compacting']?.({ sessionID: 'ses_main' }, { context: summary });
await event('session.compacted', { sessionID: 'ses_main' });
const after = await request('ses_main');
await event('session.idle', { sessionID: 'ses_child' });
await event('session.idle', { sessionID: 'ses_main' });
await hooks['chat.message']?.({ sessionID: 'ses_main' }, {});
await event('session.idle', { sessionID: 'ses_main' });
process.stdout.write(JSON.stringify({ hooks: Object.keys(hooks), first, child, summary, after, prompts }));
`;

async function play(
  { root }: Repository,
  command: string | undefined,
): Promise<{ readonly printed: string; readonly code: number | null }> {
  const args = ['--input-type=module', '-e', agent, '--', pathToFileURL(plugin).href];
  const env = { ...ofTask, ...(command === undefined ? {} : { BATON_COMMAND: command }) };
  const child = spawn(process.execPath, args, { cwd: root, env: environment(root, env) });
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { printed: stdout === '' ? stderr : stdout, code: typeof code === 'number' ? code : null };
}
