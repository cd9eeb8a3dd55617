/** Promises R7 and R8 with real processes: whoever was stopped in the middle of a write and goes on too late is refused. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultConfig } from '../../../src/core/model/config';
import { defaultIntervals } from '../../../src/core/sessions/intervals';
import { SessionStore } from '../../../src/core/sessions/session-store';
import { initialise } from '../../../src/core/store/layout';
import { paths, taskFilePath } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { stateText, taskId } from '../../support/state-text';
import { StoreWorkers, type Worker } from '../../support/store-workers';
import { type Workspace, withWorkspace } from '../../support/with-workspace';
import { someEnd, startInput } from '../core/sessions/session-example';

const id = taskId('101');
const before = stateText('101');
const places = ['edit', 'temporary'] as const;
const execute = promisify(execFile);

suite('A writer that was stopped and continued', () => {
  let workers: StoreWorkers;

  suiteSetup(async () => {
    workers = await StoreWorkers.build();
  });

  suiteTeardown(() => workers.dispose());

  /** Runs `meanwhile` while a writer for the session stands still at `place`; returns what it says afterwards. */
  async function stoppedAt(
    place: string,
    { root }: Workspace,
    session: string,
    meanwhile: () => Promise<void>,
  ): Promise<string> {
    const worker = await workers.start('stop', root, id, place, session);
    worker.go();
    await stopped(worker);
    await meanwhile();
    worker.signal('SIGCONT');
    assert.equal(await worker.ended, 0, worker.errors());
    return worker.lines.join();
  }

  async function withTask(body: (workspace: Workspace, file: string) => Promise<void>): Promise<void> {
    await withWorkspace(async (workspace) => {
      await initialise(workspace.ports, workspace.root);
      const file = taskFilePath(join(workspace.root, 'task-states'), id);
      await writeFile(file, before);
      await body(workspace, file);
    });
  }

  for (const place of places) {
    test(`in the ${place}: gets conflict when the file was written meanwhile, and writes nothing`, () =>
      withTask(async (workspace, file) => {
        const theirs = `${before}a line by somebody's own tool\n`;
        const said = await stoppedAt(place, workspace, '', () => writeFile(file, theirs));
        assert.equal(said, 'conflict');
        assert.equal(await readFile(file, 'utf8'), theirs);
        await nothingIsLeft(workspace);
      }));

    test(`in the ${place}: gets session_ended when its session was ended meanwhile, and writes nothing`, () =>
      withTask(async (workspace, file) => {
        const sessions = new SessionStore(workspace.ports, workspace.root);
        const session = await sessions.start(startInput);
        const said = await stoppedAt(place, workspace, session.id, async () => {
          await sessions.end(session.id, someEnd);
        });
        assert.equal(said, 'session_ended');
        assert.equal(await readFile(file, 'utf8'), before);
        await nothingIsLeft(workspace);
      }));

    test(`in the ${place}: gets session_ended when another session took over after its lease, and writes nothing`, () =>
      withTask(async (workspace, file) => {
        const briefly = { ...defaultIntervals, ttlMs: 0, graceMs: 0 };
        const sessions = new SessionStore(workspace.ports, workspace.root, briefly);
        const session = await sessions.start(startInput);
        const said = await stoppedAt(place, workspace, session.id, async () => {
          const next = await sessions.start(startInput);
          assert.equal(next.token, session.token + 1);
        });
        assert.equal(said, 'session_ended');
        assert.equal(await readFile(file, 'utf8'), before);
        await nothingIsLeft(workspace);
      }));

    test(`in the ${place}: goes on as if nothing had been when its session still holds the task`, () =>
      withTask(async (workspace, file) => {
        const session = await new SessionStore(workspace.ports, workspace.root).start(startInput);
        assert.equal(await stoppedAt(place, workspace, session.id, async () => undefined), 'done');
        assert.equal(await readFile(file, 'utf8'), `${before}too late\n`);
      }));
  }
});

/** No change to be made up for, no lock, no temporary file. */
async function nothingIsLeft({ root, ports }: Workspace): Promise<void> {
  const store = new TaskStore(ports, root, defaultConfig);
  assert.deepEqual((await store.recover()).redone, []);
  assert.equal((await store.changeLog.verify()).pending, 0);
  assert.deepEqual(await readdir(paths.locks(root)), []);
  assert.deepEqual(await readdir(join(root, 'task-states')), ['task-101-state.md']);
}

/** Resolves when the system says that the process stands still; mocha's limit is the limit. */
async function stopped({ pid, ended }: Worker): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const { stdout } = await execute('ps', ['-o', 'stat=', '-p', String(pid)]);
    if (stdout.startsWith('T')) return;
  }
  assert.fail('The writer ended before it was stopped');
}
