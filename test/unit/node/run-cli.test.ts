import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import { type RunCliOptions, runCli } from '../../../src/node/run-cli';
import { withWorkspace } from '../../support/with-workspace';

/** A command line that answers with its arguments, or as its first argument says. */
const stub = `
const [root, folder, json, first, ...rest] = process.argv.slice(2);
if (first === 'silent') process.exit(3);
if (first === 'hang') return void setInterval(() => undefined, 1000);
if (first === 'noise') { console.log('not JSON'); process.exit(0); }
const answer = first === 'refuse'
  ? { ok: false, error: { code: 'locked', message: 'held by 7', hint: 'Wait.' } }
  : { ok: true, data: { first, rest, given: [root, folder, json], marker: process.env.MARKER, off: process.env.OFF } };
console.log(JSON.stringify(answer));
process.exit(first === 'findings' || first === 'refuse' ? 1 : 0);
`;

async function withStub(
  body: (run: (...args: string[]) => Promise<unknown>, root: string) => Promise<void>,
  options: RunCliOptions = {},
) {
  await withWorkspace(async ({ root, ports }) => {
    const cli = join(root, 'stub.cjs');
    await ports.fs.createExclusive(cli, new TextEncoder().encode(stub), { sync: false });
    const target = { node: process.execPath, nodeEnv: { MARKER: 'set' }, cli };
    await body((...args) => runCli(target, root, args, { env: { OFF: 'memory' }, ...options }), root);
  });
}

suite('Running the bundled command line', () => {
  test('asks for JSON in the folder and answers the data, also where findings make the exit code 1', () =>
    withStub(async (run, root) => {
      for (const first of ['health', 'findings']) {
        const given = ['--root', root, '--json'];
        assert.deepEqual(await run(first, '--', '-x'), {
          first,
          rest: ['--', '-x'],
          given,
          marker: 'set',
          off: 'memory',
        });
      }
    }));

  test('a refusal keeps its code, its words and its hint', () =>
    withStub(async (run) => {
      await assert.rejects(run('refuse'), (error: unknown) => {
        assert.ok(isBatonError(error, 'locked'));
        assert.deepEqual([error.message, error.hint], ['held by 7', 'Wait.']);
        return true;
      });
    }));

  test('no answer, or one that is no JSON, is said', () =>
    withStub(async (run) => {
      for (const first of ['silent', 'noise']) {
        await assert.rejects(run(first), (error: unknown) => isBatonError(error, 'io_failed'));
      }
    }));

  test('one that takes too long is ended, and that is said', () =>
    withStub(
      (run) =>
        assert.rejects(run('hang'), (error: unknown) => {
          assert.ok(isBatonError(error, 'io_failed'));
          assert.equal(error.message, 'The command line was ended, since it gave no answer within 0.2 s');
          return true;
        }),
      { limitMs: 200 },
    ));
});
