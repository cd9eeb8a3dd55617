// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what shells and the editor would substitute is the subject
/** What really arrives at an agent's program, byte for byte, when every name on the way is hostile. */
import { strict as assert } from 'node:assert';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

const recorder = resolve(import.meta.dirname, 'support/recorder.mjs');
const hostileName = `it's "q" $(touch PWNED) \`touch PWNED\` ; touch PWNED & -- ünï 任务`;
const title = `-rf $(touch PWNED) \`touch PWNED\` "q" 'q' \${env:HOME} ; touch PWNED | %PATH%`;
const literal = `$HOME \`id\` $(touch PWNED) "q" 'q' %PATH% --version 🎉`;

/** An agent of the person's own, which takes all it can get. */
function profile(out: string) {
  const first = [recorder, out, { file: 'settings' }];
  const last = [
    literal,
    { join: ['--prompt=', { ref: 'prompt' }] },
    { toml: { text: { ref: 'protocolText' } } },
  ];
  return {
    label: 'Recorder',
    executables: [process.execPath],
    versionArgs: [],
    args: [...first, ...last],
    resumeArgs: [...first, { ref: 'nativeSessionId' }],
    headless: { args: [...first, '--headless'], promptVia: 'stdin' },
    files: { settings: { path: 'deep/settings.json', json: { line: { hook: 'start' } } } },
    env: { RECORDED: literal },
    sessionIdFrom: 'hook',
    hooks: { supply: 'a file', dialect: 'claude', events: ['start'], againAfterCompaction: true },
  };
}

interface Recorded {
  readonly args: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly context: string;
  readonly modes: readonly string[];
  readonly packet: string;
}

interface Hostile {
  readonly repository: Repository;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly base: string;
  json(args: readonly string[], more?: Readonly<Record<string, string>>): ReturnType<Repository['json']>;
  recorded(): Promise<Recorded>;
}

/** A workspace whose folder, and whose cache where the `baton` command lies, have a hostile name. */
async function withHostileFolders(body: (hostile: Hostile) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    const base = dirname(repository.root);
    const root = join(repository.root, hostileName);
    const env = { XDG_CACHE_HOME: join(base, 'cache', hostileName), XDG_CONFIG_HOME: join(base, 'config') };
    const out = join(base, 'recorded.json');
    await mkdir(root, { recursive: true });
    await mkdir(join(base, 'config', 'baton'), { recursive: true });
    await writeFile(join(base, 'config', 'baton', 'agents.json'), JSON.stringify({ recorder: profile(out) }));
    const json: Hostile['json'] = (args, more = {}) =>
      repository.json([...args, '--root', root], { ...env, ...more });
    assert.equal((await json(['init'])).code, 0);
    const created = await json([
      'task',
      'create',
      '--id',
      '1',
      '--title',
      title,
      '--feature',
      `f-1: ${literal}`,
    ]);
    assert.equal(created.code, 0, JSON.stringify(created.error));
    const recorded = async () => JSON.parse(await readFile(out, 'utf8'));
    await body({ repository, root, env, base, json, recorded });
    const everything = await readdir(base, { recursive: true });
    assert.deepEqual(
      everything.filter((path) => /(^|\/)PWNED$/.test(path)),
      [],
    );
  });
}

const promptFor = (packet: string) =>
  `Read the whole file "${packet}" first; then work on the task it describes, following its protocol from step 1.`;

suite('a launched agent', () => {
  test('gets its arguments, its environment and its private files byte for byte, and nothing is run', async () => {
    await withHostileFolders(async ({ json, root, env, recorded }) => {
      const launched = await json(['launch', '1', '--agent', 'recorder'], {
        CLAUDECODE: '1',
        QWEN_CODE: '1',
      });
      assert.equal(launched.code, 0, JSON.stringify(launched.error));
      const seen = await recorded();
      const id = launched.data.session;
      const packet = join(root, '.baton', 'packets', `${id}.md`);
      assert.equal(seen.args[0], literal);
      assert.equal(seen.args[1], `--prompt=${promptFor(packet)}`);
      assert.match(seen.args[2] ?? '', /^\{text="# Working under Baton\\n/);
      assert.equal(seen.args.length, 3);
      assert.equal(seen.cwd, root);
      assert.equal(seen.env['RECORDED'], literal);
      assert.equal(seen.env['BATON_ROOT'], root);
      assert.equal(seen.env['BATON_TASK_ID'], '1');
      assert.equal(seen.env['BATON_TASK_FILE'], join(root, 'task-states', 'task-1-state.md'));
      assert.equal(seen.env['BATON_PACKET'], packet);
      assert.equal(seen.env['BATON_COMMAND'], join(env['XDG_CACHE_HOME'] ?? '', 'baton', 'bin', 'baton'));
      assert.deepEqual([seen.env['CLAUDECODE'], seen.env['QWEN_CODE']], [undefined, undefined]);
      assert.deepEqual(seen.modes, ['600', '700']);
    });
  });

  test('reads in its packet every word of the task, and hears of it through its hook', async () => {
    await withHostileFolders(async ({ json, recorded, env }) => {
      const launched = await json(['launch', '1', '--agent', 'recorder']);
      const { packet, context } = await recorded();
      assert.ok(packet.includes(title), packet.slice(0, 2000));
      assert.ok(packet.includes(literal));
      assert.match(context, /additionalContext/);
      const runs = await readdir(join(env['XDG_CACHE_HOME'] ?? '', 'baton', 'runs'));
      assert.deepEqual(runs, [], `private files of ${launched.data.session} are still there`);
    });
  });

  test('without a person it gets the prompt on standard input, and its words stay off our answer', async () => {
    await withHostileFolders(async ({ json, root, recorded }) => {
      const launched = await json(['launch', '1', '--agent', 'recorder', '--headless']);
      assert.equal(launched.code, 0, JSON.stringify(launched.error));
      const packet = join(root, '.baton', 'packets', `${launched.data.session}.md`);
      assert.deepEqual((await recorded()).args, ['--headless']);
      assert.equal((await recorded()).stdin, promptFor(packet));
    });
  });

  test('goes on in the session of its own that its hook has told of', async () => {
    await withHostileFolders(async ({ json, recorded }) => {
      const first = await json(['launch', '1', '--agent', 'recorder', '--continue']);
      assert.equal(first.data.continued, false);
      const second = await json(['launch', '1', '--continue']);
      assert.equal(second.data.continued, true, JSON.stringify(second));
      assert.deepEqual((await recorded()).args, ['native-1']);
    });
  });
});

test('an agent that calls none of the hooks it was given is told of at its end', async () => {
  await withRepository(async (repository) => {
    const hooks = { supply: 'a file', dialect: 'claude', events: ['start'] };
    const base = { label: 'Deaf', executables: [process.execPath], versionArgs: [] };
    const speak =
      "const { execFileSync } = require('node:child_process'); execFileSync(process.env.BATON_COMMAND, ['hook', 'start', '--dialect', 'claude'], { input: '{}' });";
    const agents = {
      deaf: { ...base, args: ['-e', '0'], hooks },
      plain: { ...base, args: ['-e', '0'] },
      speaking: { ...base, args: ['-e', speak], hooks },
    };
    await mkdir(join(repository.root, '..', 'config', 'baton'), { recursive: true });
    await writeFile(join(repository.root, '..', 'config', 'baton', 'agents.json'), JSON.stringify(agents));
    await repository.json(['init']);
    await repository.json(['task', 'create', '--title', 'One', '--criterion', 'c']);
    for (const [agent, inactive] of [
      ['deaf', true],
      ['plain', false],
      ['speaking', false],
    ] as const) {
      const { data } = await repository.json(['launch', '1', '--agent', agent]);
      assert.deepEqual([data.exitCode, data.hooksInactive], [0, inactive], agent);
    }
    const { stderr } = await repository.baton(['launch', '1', '--agent', 'deaf']);
    assert.match(stderr, /Deaf was given Baton’s hooks and called none of them/);
  });
});

suite('whom a person trusts', () => {
  test('is asked with the exact command, kept, and taken back', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      const hooksOf = async () => {
        const { agents } = (await repository.json(['agents'])).data;
        return agents.find(({ id }: { id: string }) => id === 'codex').hooks;
      };
      const asked = await repository.json(['agents', 'trust', 'codex']);
      assert.equal(asked.data.agreed, false);
      assert.match(asked.data.shows, /^'.*\/bin\/baton' hook start --dialect claude$/);
      assert.equal(await hooksOf(), 'consent');
      assert.equal((await repository.json(['agents', 'trust', 'codex', '--yes'])).data.agreed, true);
      assert.equal(await hooksOf(), 'ready');
      assert.equal((await repository.json(['agents', 'trust', 'codex', '--withdraw'])).data.agreed, false);
      assert.equal(await hooksOf(), 'consent');
      const both = await repository.json(['agents', 'trust', 'codex', '--yes', '--withdraw']);
      assert.equal(both.error.code, 'usage');
      assert.equal((await repository.json(['agents', 'trust', 'claude'])).data.agreed, null);
    });
  });

  test('a repository cannot add an agent: profiles in its settings are not read', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      const own = { evil: { executables: ['/bin/sh'], args: ['-c', 'touch PWNED'] } };
      await repository.write('.baton/config.json', JSON.stringify({ agents: own }));
      await repository.write('agents.json', JSON.stringify(own));
      const { agents } = (await repository.json(['agents'])).data;
      assert.equal(agents.length, 13);
      await repository.json(['task', 'create', '--title', 'One', '--agent', 'evil']);
      assert.equal((await repository.json(['launch', '1'])).error.code, 'not_found');
    });
  });
});
