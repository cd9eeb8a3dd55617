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

  test('sets up tools to check work with: shown with what that means, written on demand, without a token', () =>
    withHome(async (repository, home) => {
      const file = join(home, '.codex/config.toml');
      await put(file, 'model = "x"\n');
      const { stdout, code } = await repository.baton(['connect', 'codex', '--tool', 'github']);
      assert.equal(code, 0);
      assert.match(stdout, /at mcp_servers\.github:[\s\S]*api\.githubcopilot\.com[\s\S]*no token is written/);
      assert.match(stdout, /To write it: baton connect codex --tool github --yes/);
      assert.equal(await readFile(file, 'utf8'), 'model = "x"\n');
      const { data } = await repository.json(['connect', 'codex', '--tool', 'github', '--yes']);
      assert.deepEqual([data.tool, data.change, data.written], ['github', 'added', true]);
      assert.equal(
        await readFile(file, 'utf8'),
        [
          'model = "x"',
          '',
          '[mcp_servers.github]',
          'url = "https://api.githubcopilot.com/mcp/"',
          'bearer_token_env_var = "GITHUB_PERSONAL_ACCESS_TOKEN"',
          '',
        ].join('\n'),
      );
      const project = await repository.json(['connect', 'claude', '--project', '--tool', 'browser', '--yes']);
      assert.equal(project.data.written, true);
      assert.deepEqual(JSON.parse(await repository.read('.mcp.json')), {
        mcpServers: {
          playwright: { type: 'stdio', command: 'npx', args: ['-y', '@playwright/mcp@latest'] },
        },
      });
    }));

  test('leaves an entry of the same name that is somebody’s own', () =>
    withHome(async (repository, home) => {
      const file = join(home, '.qwen/settings.json');
      const text = '{"mcpServers": {"playwright": {"command": "mine"}}}';
      await put(file, text);
      const { data } = await repository.json(['connect', 'qwen', '--tool', 'browser', '--yes']);
      assert.deepEqual([data.change, data.written, data.backup], ['kept', false, null]);
      const { stdout } = await repository.baton(['connect', 'qwen', '--tool', 'browser']);
      assert.match(stdout, /has another entry at mcpServers\.playwright, which stays as it is/);
      assert.equal(await readFile(file, 'utf8'), text);
      assert.equal((await repository.json(['connect', 'qwen', '--tool', 'debugger'])).error.code, 'usage');
      assert.equal(
        (await repository.json(['connect', 'copilot', '--tool', 'github'])).error.code,
        'not_found',
      );
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
