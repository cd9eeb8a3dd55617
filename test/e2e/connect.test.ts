/** `baton connect`: shown first, written on demand, and taken out again. */
import { strict as assert } from 'node:assert';
import { chmod, lstat, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

async function withHome(body: (repository: Repository, home: string) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await body(repository, join(repository.root, '..', 'home'));
  });
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

suite('baton connect', () => {
  test('shows the exact change and writes nothing', () =>
    withHome(async (repository, home) => {
      const file = join(home, '.codex/config.toml');
      await put(file, 'model = "x" # mine\n');
      const { stdout, code } = await repository.baton(['connect', 'codex']);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /config\.toml changes, at mcp_servers\.baton:\n\n\+ \n\+ \[mcp_servers\.baton\]\n\+ command = /,
      );
      assert.match(stdout, /Nothing is written yet\. To write it: baton connect codex --yes/);
      assert.equal(await readFile(file, 'utf8'), 'model = "x" # mine\n');
    }));

  test('writes it with --yes, names a command that runs, and takes it out again', () =>
    withHome(async (repository, home) => {
      const file = join(home, '.gemini/settings.json');
      const text = '{\n  // mine\n  "theme": "dark",\n}\n';
      await put(file, text);
      await chmod(file, 0o600);
      const { data } = await repository.json(['connect', 'gemini', '--yes']);
      assert.deepEqual([data.change, data.written], ['added', true]);
      assert.equal(await readFile(data.backup, 'utf8'), text);
      assert.equal((await stat(data.backup)).mode & 0o777, 0o600);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const written = await readFile(file, 'utf8');
      const command = /"command": "(.+)"/.exec(written)?.[1];
      assert.ok(command !== undefined && (await stat(command)).mode & 0o100);
      assert.equal((await repository.json(['connect', 'gemini', '--yes'])).data.change, 'none');
      const removed = await repository.json(['connect', 'gemini', '--remove', '--yes']);
      assert.equal(removed.data.change, 'removed');
      assert.match(await readFile(file, 'utf8'), /\/\/ mine\n {2}"theme": "dark",/);
    }));

  test('writes through a link, and the link stays one', () =>
    withHome(async (repository, home) => {
      await put(join(home, 'dotfiles/qwen.json'), '{}\n');
      await mkdir(join(home, '.qwen'));
      await symlink('../dotfiles/qwen.json', join(home, '.qwen/settings.json'));
      await repository.json(['connect', 'qwen', '--yes']);
      assert.ok((await lstat(join(home, '.qwen/settings.json'))).isSymbolicLink());
      assert.equal(await readlink(join(home, '.qwen/settings.json')), '../dotfiles/qwen.json');
      assert.match(await readFile(join(home, 'dotfiles/qwen.json'), 'utf8'), /"baton"/);
    }));

  test('puts nothing of this machine into the settings of the project', () =>
    withHome(async (repository) => {
      const { data } = await repository.json(['connect', 'claude', '--project', '--yes']);
      assert.equal(data.file, join(repository.root, '.mcp.json'));
      assert.equal(data.backup, null);
      assert.deepEqual(JSON.parse(await repository.read('.mcp.json')), {
        mcpServers: { baton: { command: 'baton', args: ['mcp'] } },
      });
    }));

  test('refuses what it cannot do, and says what to do instead', () =>
    withHome(async (repository, home) => {
      await put(join(home, '.gemini/settings.json'), '{"a" 1}');
      const broken = await repository.json(['connect', 'gemini', '--yes']);
      assert.equal(broken.error.code, 'invalid_config');
      assert.equal(await readFile(join(home, '.gemini/settings.json'), 'utf8'), '{"a" 1}');
      assert.equal((await repository.json(['connect', 'aider'])).error.code, 'not_found');
      assert.equal((await repository.json(['connect', 'gemini', '--yes', '--print'])).error.code, 'usage');
    }));

  test('baton mcp refuses --json, which would spoil its protocol', () =>
    withHome(async (repository) => {
      assert.equal((await repository.json(['mcp'])).error.code, 'usage');
    }));
});
