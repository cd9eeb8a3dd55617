// What programs rely on: hello, status and control of agents, events as lines, workers, reports, switches; and that answers and
// files of the earlier version still hold. Requirements 001-1, 001-11 … 001-20, 001-71, 001-72, 001-79.
import { strict as assert } from 'node:assert';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

const fixture = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(resolve(import.meta.dirname, `../fixtures/protocol/${name}.json`), 'utf8'));

async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json(['task', 'create', '--title', 'One', '--feature', 'a: it works']);
    await body(repository);
  });
}

interface Line {
  readonly seq: number;
  readonly event: string;
  readonly type?: string;
  readonly task: string | null;
}

function linesOf(printed: string): readonly Line[] {
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

suite('the protocol for programs', () => {
  test('hello tells version, protocol and capabilities, in a folder of Baton and outside', async () => {
    await withRepository(async (repository) => {
      const outside = await repository.json(['hello']);
      assert.equal(outside.ok, true);
      assert.equal(outside.data.root, null);
      await repository.json(['init']);
      const { data } = await repository.json(['hello'], { BATON_OFF: 'memory' });
      assert.equal(data.root, repository.root);
      assert.deepEqual([data.protocol.name, data.protocol.version, data.off], ['baton', 1, ['memory']]);
      for (const one of ['memory', 'agent', 'watch', 'work', 'report'])
        assert.ok(data.capabilities.includes(one), one);
    });
  });

  test('a session that starts is answered with the same protocol and capabilities', () =>
    withTask(async (repository) => {
      const { data } = await repository.json(['session', 'start', '1']);
      const hello = (await repository.json(['hello'])).data;
      assert.deepEqual([data.protocol, data.capabilities], [hello.protocol, hello.capabilities]);
      const agents = (await repository.json(['agent', 'status'])).data;
      assert.deepEqual(
        agents.agents.map((one: { readonly id: string }) => one.id),
        [data.session.id],
      );
    }));

  test('control pauses and holds, refuses an agent, and ends nobody without consent', () =>
    withTask(async (repository) => {
      const control = (...words: string[]) => repository.json(['agent', 'control', ...words]);
      assert.notEqual((await control('pause')).data.status.background.pausedAt, null);
      assert.equal((await control('resume')).data.status.background.pausedAt, null);
      assert.deepEqual((await control('pause', '1')).data.status.background.held, ['1']);
      assert.deepEqual((await repository.json(['agent', 'status'])).data.background.held, ['1']);
      assert.equal((await control('explode')).code, 2);
      const { session, env } = (await repository.json(['session', 'start', '1'])).data;
      assert.equal((await control('cancel', session.id)).error.code, 'consent_needed');
      const asAgent = await repository.json(['agent', 'control', 'pause'], env);
      assert.equal(asAgent.error.code, 'guard_failed');
    }));

  test('watch tells what happens, one line each, from a sequence on, and ends when it is asked to', () =>
    withTask(async (repository) => {
      const watching = repository.start(['watch', '--json', '--since', '0']);
      await watching.until('"task.create"');
      await repository.json(['feature', 'pass', '1', 'a', '--manual', 'seen']);
      await watching.until('"feature.pass"');
      await repository.json(['block', '1', '--reason', 'No keys']);
      await watching.until('"status.block"');
      watching.child.kill('SIGTERM');
      const { code, stdout } = await watching.ended;
      assert.equal(code, 0);
      const lines = linesOf(stdout);
      assert.deepEqual(
        lines.map(({ event, type }) => [event, type]),
        [
          ['hello', undefined],
          ['agent.progress', 'task.create'],
          ['agent.progress', 'feature.pass'],
          ['agent.blocked', 'status.block'],
        ],
      );
      const later = repository.start(['watch', '--json', '--since', String(lines[1]?.seq)]);
      await later.until('"status.block"');
      later.child.kill('SIGINT');
      assert.deepEqual(linesOf((await later.ended).stdout).slice(1), lines.slice(2));
    }));

  test('watch from now on tells nothing old, and ends when nobody reads any more', () =>
    withTask(async (repository) => {
      const watching = repository.start(['watch', '--json']);
      await watching.until('"hello"');
      watching.child.stdout?.destroy();
      for (const text of ['a', 'b']) await repository.json(['note', 'add', '--kind', 'note', text]);
      const { code, stdout, stderr } = await watching.ended;
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(linesOf(stdout).length, 1);
    }));

  test('work lets the documents be found, and says in evidence what was done', () =>
    withTask(async (repository) => {
      await mkdir(join(repository.root, 'docs'));
      await repository.write('docs/guide.md', '# Guide\n\nRefresh tokens rotate every ninety minutes.\n');
      const ask = ['memory', 'query', 'rotate ninety'];
      assert.deepEqual((await repository.json(ask)).data.results, []);
      const { data, code } = await repository.json(['work']);
      assert.equal(code, 0, JSON.stringify(data));
      assert.deepEqual(
        data.results.map((one: { worker: string; status: string }) => `${one.worker} ${one.status}`),
        ['research done', 'execution done', 'status done'],
      );
      const [found] = (await repository.json(ask)).data.results;
      assert.equal(found.source.path, 'docs/guide.md');
      assert.equal(found.provenance, 'untrusted');
      await repository.git('add', 'docs/guide.md');
      const again = await repository.json(['work', 'research']);
      assert.ok(again.data.results[0].evidence.includes('Read docs/guide.md'));
      assert.equal((await repository.json(ask)).data.results[0].provenance, 'person');
      assert.equal((await repository.json(['work', 'nothing'])).code, 2);
    }));

  test('report names what happened on the day, as a document', () =>
    withTask(async (repository) => {
      await repository.json(['feature', 'pass', '1', 'a', '--manual', 'seen']);
      const { data } = await repository.json(['report', '--since', '1h']);
      assert.match(data.markdown, /Feature a passes/);
      assert.equal(data.passed.length, 1);
      assert.match((await repository.baton(['report'])).stdout, /^# What happened in project/);
      assert.match(
        (await repository.baton(['report', '--day', '2020-01-01'])).stdout,
        /No session, no commit, nothing completed or blocked\./,
      );
      assert.equal((await repository.json(['report', '--since', 'soon'])).code, 2);
      assert.equal((await repository.json(['report', 'metrics'])).ok, true);
    }));
});

suite('what is switched off', () => {
  const code = async (repository: Repository, args: readonly string[], off?: string) =>
    (await repository.json(args, off === undefined ? undefined : { BATON_OFF: off })).error?.code ?? null;

  test('by the window that started us is refused, and all else goes on', () =>
    withTask(async (repository) => {
      const expected: readonly (readonly [readonly string[], string, string | null])[] = [
        [['memory', 'query', 'x'], 'memory', 'switched_off'],
        [['memory', 'recall', 'x'], 'memory', 'switched_off'],
        [['work', 'research'], 'memory', 'switched_off'],
        [['work', 'status'], 'memory', null],
        [['work'], 'workers', 'switched_off'],
        [['memory', 'query', 'x'], 'workers', null],
        [['work'], 'agentRuntime', 'switched_off'],
        [['memory', 'query', 'x'], 'agentRuntime', 'switched_off'],
        [['task', 'list'], 'agentRuntime,memory,workers', null],
        [['heartbeat', '--dry'], 'agentRuntime,memory,workers', null],
        [['packet', '1'], 'agentRuntime,memory,workers', null],
      ];
      for (const [args, off, wanted] of expected) {
        assert.deepEqual(
          [args.join(' '), off, await code(repository, args, off)],
          [args.join(' '), off, wanted],
        );
      }
    }));

  test('memory is missing from a packet, and from nothing else', () =>
    withTask(async (repository) => {
      await mkdir(join(repository.root, 'docs'));
      await repository.write('docs/guide.md', '# Guide\n\nRefresh tokens rotate every ninety minutes.\n');
      await repository.json(['work', 'research']);
      await repository.json(['task', 'create', '--title', 'Rotate', '--feature', 'r: refresh tokens rotate']);
      const packet = async (off: string) =>
        (await repository.baton(['packet', '2'], { BATON_OFF: off })).stdout;
      const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('## '));
      const section = '## What earlier work remembers';
      const [whole, without] = [await packet(''), await packet('memory')];
      assert.ok(headings(whole).includes(section), whole);
      assert.deepEqual(
        headings(without),
        headings(whole).filter((line) => line !== section),
      );
    }));

  test('by the project’s settings is refused too', () =>
    withTask(async (repository) => {
      await repository.write('.baton/config.json', '{ "agentRuntime": { "enabled": false } }');
      assert.equal(await code(repository, ['work', 'status']), 'switched_off');
      assert.equal(await code(repository, ['memory', 'query', 'x']), 'switched_off');
      assert.deepEqual((await repository.json(['hello'])).data.off, ['agentRuntime', 'memory', 'workers']);
      assert.equal(await code(repository, ['task', 'list']), null);
    }));
});

interface Recorded {
  readonly args: readonly string[];
  readonly document: unknown;
}

suite('the earlier version', () => {
  test('had no field in its answers that is gone or of another kind', async () => {
    const recorded = (await fixture('answers-0.1')) as readonly Recorded[];
    assert.ok(recorded.length > 20);
    await withRepository(async (repository) => {
      for (const { args, document } of recorded) {
        const { stdout } = await repository.baton([...args, '--json']);
        const now: unknown = JSON.parse(stdout);
        assert.deepEqual(lost(document, now), [], args.join(' '));
      }
    });
  });

  test('left folders that open as they are, and are remembered from their files', async () => {
    const files = (await fixture('folder-0.1')) as Readonly<Record<string, string>>;
    await withRepository(async (repository) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(repository.root, path)), { recursive: true });
        await repository.write(path, text);
      }
      const { tasks } = (await repository.json(['task', 'list'])).data;
      assert.deepEqual(
        tasks.map((one: { id: string; status: string }) => `${one.id} ${one.status}`),
        ['1 in_progress', '2 blocked'],
      );
      assert.equal((await repository.json(['session', 'list'])).data.sessions.length, 1);
      assert.equal((await repository.json(['note', 'list'])).data.notes.length, 1);
      assert.equal((await repository.json(['log', 'verify'])).ok, true);
      const [found] = (await repository.json(['memory', 'query', 'RS256'])).data.results;
      assert.match(found.extract, /RS256/);
      assert.equal(
        await repository.read('task-states/task-1-state.md'),
        files['task-states/task-1-state.md'],
      );
    });
  });
});

/** Paths of fields that the old document has and the new one has not, or has as something else. Null says nothing of a kind. */
function lost(old: unknown, now: unknown, path = '$'): readonly string[] {
  if (old === null || now === null) return [];
  if (Array.isArray(old)) {
    if (!Array.isArray(now)) return [`${path} is no list`];
    return old.length === 0 || now.length === 0 ? [] : lost(old[0], now[0], `${path}[]`);
  }
  if (typeof old !== 'object') return typeof old === typeof now ? [] : [`${path} is ${typeof now}`];
  if (typeof now !== 'object') return [`${path} is ${typeof now}`];
  const fields = new Map(Object.entries(now));
  return Object.entries(old).flatMap(([name, value]) =>
    fields.has(name) ? lost(value, fields.get(name), `${path}.${name}`) : [`${path}.${name} is gone`],
  );
}
