/** Memory with the built command line as real processes: every call is another process, so each answer is one after a restart. */
import { strict as assert } from 'node:assert';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

async function done(repository: Repository, ...args: readonly string[]) {
  const answer = await repository.json(args);
  assert.equal(answer.code, 0, `${args.join(' ')}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Two tasks, an entry, and a decision that a correction replaced. */
async function withWork(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await done(repository, 'init');
    await done(repository, 'task', 'create', '--title', 'Token service', '--feature', 'jwt-1: Signs tokens');
    const rotation = 'rot-1: Signing keys rotate without downtime';
    await done(repository, 'task', 'create', '--title', 'Key rotation', '--feature', rotation);
    await done(repository, 'note', '--kind', 'decision', 'Sign tokens with HS256', '--task', '1');
    const correction = 'Sign tokens with RS256, signing keys rotate daily';
    await done(repository, 'note', '--kind', 'correction', correction, '--supersedes', '1');
    const did = 'Wrote TokenService.sign() in src/auth/tokens.ts';
    await done(repository, 'progress', '1', '--did', did, '--issues', 'ERR_OSSL_UNSUPPORTED on Node 17');
    await body(repository);
  });
}

const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id).sort();

suite('memory', () => {
  test('an error text is found with task, session, time and line, and recalled whole by its id', () =>
    withWork(async (repository) => {
      const { results, mode, notice } = await done(repository, 'memory', 'query', 'ERR_OSSL_UNSUPPORTED');
      assert.deepEqual([mode, notice], ['sqlite', null]);
      const [hit] = results;
      assert.deepEqual([hit.kind, hit.task, hit.session, hit.current], ['progress', '1', 1, true]);
      assert.match(hit.at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00Z$/);
      const line = (await repository.read(hit.source.path)).split('\n')[hit.source.line - 1];
      assert.match(line ?? '', /^### Session 1 - /);
      const { recalled } = await done(repository, 'memory', 'recall', hit.id, '--full');
      assert.match(recalled[0].text, /TokenService\.sign\(\)[\s\S]*ERR_OSSL_UNSUPPORTED on Node 17/);
      assert.equal(recalled[0].whole, true);
      const topic = await done(repository, 'memory', 'recall', 'tokens', 'service', 'sign');
      assert.ok(topic.recalled.some(({ id }: { id: string }) => id === hit.id));
    }));

  test('what was superseded never stands for what holds, and names it', () =>
    withWork(async (repository) => {
      for (const more of [[], ['--past']]) {
        const { results } = await done(repository, 'memory', 'query', 'sign tokens HS256', ...more);
        const old = results.find(({ title }: { title: string }) => title.includes('HS256'));
        const stale = results.filter(
          ({ current, superseded }: Record<string, boolean>) => !current && !superseded,
        );
        assert.deepEqual(stale, []);
        if (old === undefined) assert.match(JSON.stringify(results), /RS256/);
        else
          assert.deepEqual(
            [old.current, old.superseded, old.holdsNow.title.includes('RS256')],
            [false, true, true],
          );
      }
      const { stdout } = await repository.baton(['memory', 'query', 'HS256']);
      assert.match(stdout, /Superseded\. What holds now: \[m-[a-z2-7]{16}\] Sign tokens with RS256/);
    }));

  test('made again after its database was deleted, everything has the id that it had', () =>
    withWork(async (repository) => {
      const first = await done(repository, 'memory', 'query', 'tokens', '--past', '--limit', '100');
      const folder = join(repository.root, '.baton/memory');
      const files = (await readdir(folder)).filter((name) => name.startsWith('memory.db'));
      assert.ok(files.length > 0);
      for (const name of files) await rm(join(folder, name));
      const again = await done(repository, 'memory', 'query', 'tokens', '--past', '--limit', '100');
      assert.deepEqual(ids(again.results), ids(first.results));
      assert.ok(again.results.length >= 4);
    }));

  test('what did not change is not read again', () =>
    withWork(async (repository) => {
      await done(repository, 'memory', 'sync');
      const { added, changed, gone, left } = await done(repository, 'memory', 'sync');
      assert.deepEqual([added, changed, gone, left], [0, 0, 0, 0]);
    }));

  test('a packet tells what another task knows of the next feature, quoted and under its id, and nothing it says already', () =>
    withWork(async (repository) => {
      const { packet } = await done(repository, 'packet', '2');
      const section = /## What earlier work remembers\n([\s\S]*?)\n## /.exec(packet)?.[1] ?? '';
      assert.match(section, /^> \[m-[a-z2-7]{16}\] correction by a person, task #1, /m);
      assert.match(section, /^> Sign tokens with RS256, signing keys rotate daily$/m);
      assert.ok(!section.includes('HS256'));
      const own = (await done(repository, 'packet', '1')).packet;
      assert.equal(own.split('TokenService.sign()').length, 2);
      await repository.write('.baton/config.json', '{"memory":{"packetTokens":0}}');
      assert.ok(!(await done(repository, 'packet', '2')).packet.includes('What earlier work remembers'));
    }));

  test('what an agent copies from a packet or an answer is not remembered a second time', () =>
    withWork(async (repository) => {
      const { packet } = await done(repository, 'packet', '2');
      const section = /## What earlier work remembers\n[\s\S]*?(?=\n## )/.exec(packet)?.[0] ?? '';
      const { stdout } = await repository.baton(['memory', 'recall', 'RS256', '--full']);
      const before = await done(repository, 'memory', 'sync');
      await repository.write('pasted.md', `${section}\n\n${stdout}`);
      const pasted = section.split('\n').filter((line) => line.startsWith('> '));
      await done(repository, 'progress', '2', '--did', pasted.join('\n'), '--did', stdout);
      const after = await done(repository, 'memory', 'sync');
      assert.equal(after.items, before.items);
    }));

  test('what a packet would tell is printed without the signs that drive a terminal', () =>
    withWork(async (repository) => {
      await done(
        repository,
        'progress',
        '1',
        '--did',
        'Signing \u001b]0;owned\u0007 keys rotate in the service',
      );
      const { items } = await done(repository, 'memory', 'relevant', '2');
      assert.ok(items.some(({ text }: { text: string }) => text.includes('\u001b')));
      const { stdout } = await repository.baton(['memory', 'relevant', '2']);
      assert.match(stdout, /keys rotate in the service/);
      assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u0007'));
    }));

  test('without SQLite it says so, on standard error and in the answer, and finds things all the same', () =>
    withWork(async (repository) => {
      const env = { BATON_SQLITE: 'none' };
      const { stdout, stderr } = await repository.baton(['memory', 'query', 'ERR_OSSL_UNSUPPORTED'], env);
      assert.match(stderr, /There is no SQLite here/);
      assert.match(stdout, /TokenService/);
      const { data } = await repository.json(['memory', 'status'], env);
      assert.deepEqual([data.mode, /no SQLite/.test(data.notice)], ['json', true]);
    }));

  test('everything can be looked at as JSON lines', () =>
    withWork(async (repository) => {
      await done(repository, 'memory', 'sync');
      const { records } = await done(repository, 'memory', 'export', '--out', 'memory.jsonl');
      const lines = (await repository.read('memory.jsonl')).trimEnd().split('\n');
      assert.equal(lines.length, records);
      assert.ok(lines.every((line) => typeof JSON.parse(line).table === 'string'));
      assert.equal(
        (await repository.json(['memory', 'export', '--out', 'memory.jsonl'])).error.code,
        'exists',
      );
    }));

  test('what a link of the repository leads to outside of it is nobody’s to remember', () =>
    withWork(async (repository) => {
      const outside = join(repository.root, '..', 'plans');
      await mkdir(outside);
      await writeFile(join(outside, 'p.json'), '{"id":"p","goal":"A goal from outside the folder"}');
      await symlink(outside, join(repository.root, '.baton/memory/plans'), 'dir');
      assert.deepEqual((await done(repository, 'memory', 'query', 'goal from outside')).results, []);
      await rm(join(repository.root, '.baton/memory/plans'));
      await rename(outside, join(repository.root, '.baton/memory/plans'));
      assert.equal((await done(repository, 'memory', 'query', 'goal from outside')).results.length, 1);
    }));

  test('switched off, nothing is remembered or asked, and packets are as they were', () =>
    withWork(async (repository) => {
      await repository.write('.baton/config.json', '{"memory":{"enabled":false}}');
      assert.equal((await repository.json(['memory', 'query', 'tokens'])).error.code, 'switched_off');
      assert.equal((await done(repository, 'memory', 'status')).mode, 'off');
      assert.ok(!(await done(repository, 'packet', '2')).packet.includes('What earlier work remembers'));
    }));
});
