/** Requirements 000-5, 000-29, 000-36, 000-62: whatever is done, the three documents tell it. */
import assert from 'node:assert/strict';
import { acceptPlan } from '../../../../src/core/operations/accept-plan';
import { addFeature } from '../../../../src/core/operations/add-feature';
import { addNote } from '../../../../src/core/operations/add-note';
import { askForInput, blockTask } from '../../../../src/core/operations/block-task';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { closeSession } from '../../../../src/core/operations/close-session';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { abandonLaunch, confirmStart, prepareLaunch } from '../../../../src/core/operations/launch-session';
import { logTime } from '../../../../src/core/operations/log-time';
import { failFeature, passFeature } from '../../../../src/core/operations/pass-feature';
import { proposePlan } from '../../../../src/core/operations/propose-plan';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import { setRecurrence } from '../../../../src/core/operations/recurring-task';
import { refreshInputs } from '../../../../src/core/operations/refresh-inputs';
import { setContext } from '../../../../src/core/operations/set-context';
import { setDependencies } from '../../../../src/core/operations/set-dependencies';
import { setProgress } from '../../../../src/core/operations/set-progress';
import { tickCriterion } from '../../../../src/core/operations/tick-criterion';
import { answerInput, unblockTask } from '../../../../src/core/operations/unblock-task';
import { verifyFeatures } from '../../../../src/core/operations/verify-features';
import { neededConsents, planVerification } from '../../../../src/core/operations/verify-plan';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { builtIn } from '../../../support/agent-profiles';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';

interface Verb {
  readonly name: string;
  /** What must have happened before; not looked at. */
  readonly given?: (workspace: BatonWorkspace, ports: TestPorts) => Promise<unknown>;
  readonly act: (workspace: BatonWorkspace) => Promise<unknown>;
  /** Types of the records it leaves, in order. */
  readonly logs: readonly string[];
  /** What the buffer, or after its flush the daily notes, and the session state's last changes say. */
  readonly tells: string;
  /** What else the session state says. */
  readonly shows?: string;
}

const progress = { did: ['Wrote generateToken'], issues: [], state: [], next: ['Write verifyToken'] };
const blocked = (workspace: BatonWorkspace) => blockTask(workspace, '101', 'Waiting on schema');
const asked = (workspace: BatonWorkspace) => askForInput(workspace, '101', 'Which key?');
const completed = (workspace: BatonWorkspace) =>
  finalizeTask(workspace, '102', { summary: 'Done', force: true, reason: 'enough' });

async function launched(workspace: BatonWorkspace): Promise<string> {
  const { session } = await prepareLaunch(workspace, '101', { agent: builtIn('claude') });
  return session.id;
}

async function running(workspace: BatonWorkspace): Promise<string> {
  const session = await launched(workspace);
  await confirmStart(workspace, session, 1000);
  return session;
}

async function theSession(workspace: BatonWorkspace): Promise<string> {
  const [session] = await workspace.sessions.list();
  assert.ok(session);
  return session.id;
}

const verbs: readonly Verb[] = [
  {
    name: 'create',
    act: (workspace) => createTask(workspace, { title: 'Auth Endpoints', id: '103' }),
    logs: ['task.create'],
    tells: '#103: Created "Auth Endpoints" (07:28 UTC)',
    shows: '### #103: Auth Endpoints',
  },
  {
    name: 'plan accept',
    act: async (workspace) => acceptPlan(workspace, (await proposePlan(workspace, { goal: 'Ship it' })).plan),
    logs: ['task.create', 'plan.accepted'],
    tells: 'Plan "Ship it" accepted (07:28 UTC)',
  },
  {
    name: 'progress',
    act: (workspace) => recordProgress(workspace, '101', progress),
    logs: ['progress.append'],
    tells: '#101: Session 1: Wrote generateToken (07:28 UTC)',
    shows: '#101: Write verifyToken',
  },
  {
    name: 'feature pass',
    act: (workspace) => passFeature(workspace, '101', 'jwt-1'),
    logs: ['feature.pass'],
    tells: '#101: Feature jwt-1 passes, progress 0% → 50% (07:28 UTC)',
    shows: '- Progress: 50% (1 of 2 features pass)',
  },
  {
    name: 'feature verify',
    given: (workspace) =>
      addFeature(workspace, '101', { id: 'jwt-3', description: 'refresh', verify: 'npm test' }),
    act: verified,
    logs: ['feature.verify'],
    tells: '#101: Feature jwt-3 verified: its command ended with exit code 0, progress 0% → 33% (07:28 UTC)',
    shows: '- Progress: 33% (1 of 3 features pass)',
  },
  {
    name: 'feature fail',
    given: (workspace) => passFeature(workspace, '101', 'jwt-1'),
    act: (workspace) => failFeature(workspace, '101', 'jwt-1'),
    logs: ['feature.fail'],
    tells: '#101: Feature jwt-1 does not pass, progress 50% → 0% (07:28 UTC)',
    shows: '- Progress: 0% (0 of 2 features pass)',
  },
  {
    name: 'feature add',
    act: (workspace) => addFeature(workspace, '101', { id: 'jwt-3', description: 'refresh' }),
    logs: ['feature.add'],
    tells: '#101: Feature jwt-3 added: refresh (07:28 UTC)',
    shows: '(0 of 3 features pass)',
  },
  {
    name: 'criterion tick',
    act: (workspace) => tickCriterion(workspace, '101', 0, true),
    logs: ['criterion.tick'],
    tells: '#101: Criterion 1 met: It works (07:28 UTC)',
  },
  {
    name: 'set context',
    act: (workspace) => setContext(workspace, '101', { agent: 'codex', epic: '' }),
    logs: ['context.set'],
    tells: '#101: Agent codex, Epic cleared (07:28 UTC)',
  },
  {
    name: 'set dependencies',
    act: (workspace) => setDependencies(workspace, '101', ['102']),
    logs: ['task.dependencies'],
    tells: '#101: Depends on #102 (07:28 UTC)',
  },
  {
    name: 'acknowledge',
    act: (workspace) => changeStatus(workspace, '101', 'acknowledge'),
    logs: ['status.acknowledge'],
    tells: '#101: Status pending → acknowledged (acknowledge) (07:28 UTC)',
    shows: '- Status: acknowledged',
  },
  {
    name: 'start',
    act: (workspace) => changeStatus(workspace, '101', 'start'),
    logs: ['status.start'],
    tells: '#101: Status pending → in_progress (start) (07:28 UTC)',
    shows: '- Status: in progress',
  },
  {
    name: 'block',
    act: blocked,
    logs: ['status.block'],
    tells: '#101: Blocked "Waiting on schema" (07:28 UTC)',
    shows: '## Blockers\n- #101 is blocked: Waiting on schema',
  },
  {
    name: 'unblock',
    given: blocked,
    act: (workspace) => unblockTask(workspace, '101'),
    logs: ['status.unblock'],
    tells: '#101: Unblocked (07:28 UTC)',
    shows: '## Blockers\n- None',
  },
  {
    name: 'ask',
    act: asked,
    logs: ['status.needInput'],
    tells: '#101: Needs input "Which key?" (07:28 UTC)',
    shows: '## Blockers\n- #101 needs input: Which key?',
  },
  {
    name: 'answer',
    given: asked,
    act: (workspace) => answerInput(workspace, '101', 'The EC key'),
    logs: ['note.add', 'status.answer'],
    tells: '#101: Answered "The EC key" (07:28 UTC)',
    shows: '- decision 1 on #101: Which key? Answer: The EC key',
  },
  {
    name: 'cancel',
    act: (workspace) => changeStatus(workspace, '101', 'cancel', { reason: 'not wanted' }),
    logs: ['status.cancel'],
    tells: '#101: Status pending → cancelled (cancel) (07:28 UTC)',
    shows: '- Status: cancelled',
  },
  {
    name: 'finalize',
    act: completed,
    logs: ['task.finalize'],
    tells: '#102: Completed by force: "enough" (07:28 UTC)',
    shows: '- Status: completed',
  },
  {
    name: 'reopen',
    given: completed,
    act: (workspace) => changeStatus(workspace, '102', 'reopen'),
    logs: ['status.reopen'],
    tells: '#102: Status completed → pending (reopen) (07:28 UTC)',
    shows: '- Status: pending',
  },
  {
    name: 'inputs refresh',
    given: async (workspace, { fs }) => {
      await completed(workspace);
      await createTask(workspace, { title: 'Downstream', id: '103', dependsOn: ['102'] });
      const file = `${root}/task-states/task-103-state.md`;
      fs.put(file, (fs.text(file) ?? '').replace(/### From Task #102[\s\S]*?(?=\n---)/, ''));
    },
    act: (workspace) => refreshInputs(workspace, '103'),
    logs: ['inputs.refresh'],
    tells: '#103: Chain input from #102 refreshed (07:28 UTC)',
  },
  {
    name: 'launch',
    act: running,
    logs: ['session.start', 'status.acknowledge', 'status.start'],
    tells: '#101: Session 1 started by claude (07:28 UTC)',
    shows: '- Session: 1 by claude, live, since 2026-11-21T07:28:00.000Z',
  },
  {
    name: 'taking a launch back',
    given: launched,
    act: async (workspace) => abandonLaunch(workspace, await theSession(workspace), 'no terminal'),
    logs: ['session.abandon', 'status.releaseOnExit'],
    tells: '#101: Session 1 was taken back: no terminal (07:28 UTC)',
  },
  {
    name: 'the end of a session',
    given: running,
    act: async (workspace) =>
      closeSession(workspace, await theSession(workspace), { exitCode: 1, reason: 'process' }),
    logs: ['session.close', 'session.end', 'queue.ended', 'status.releaseOnExit'],
    tells: '#101: Session 1 ended (process, exit 1) (07:28 UTC)',
    shows: '- Status: pending',
  },
  {
    name: 'the end of a session, which queues its task',
    given: running,
    act: async (workspace) =>
      closeSession(workspace, await theSession(workspace), { exitCode: 1, reason: 'process' }),
    logs: ['session.close', 'session.end', 'queue.ended', 'status.releaseOnExit'],
    tells: '#101: Queued to be resumed (crash) (07:28 UTC)',
  },
  {
    name: 'queueing by hand',
    act: queued,
    logs: ['queue.add'],
    tells: '#101: Queued to be resumed (07:28 UTC)',
  },
  {
    name: 'taking from the queue',
    given: queued,
    act: claimed,
    logs: ['queue.claim'],
    tells: '#101: Taken from the queue by a test (07:28 UTC)',
  },
  {
    name: 'a run from the queue that fails',
    given: async (workspace) => {
      await queued(workspace);
      await claimed(workspace);
    },
    act: async (workspace) => queueOf(workspace).fail(await entryId(workspace), 1, 'no such model'),
    logs: ['queue.fail'],
    tells: '#101: Queued to be resumed (manual, 1 failed) (07:28 UTC)',
  },
  {
    name: 'cancelling what is queued',
    given: queued,
    act: (workspace) => changeStatus(workspace, '101', 'cancel', { reason: 'not wanted' }),
    logs: ['status.cancel', 'queue.ack'],
    tells: '#101: Out of the queue: done (07:28 UTC)',
  },
  {
    name: 'note',
    act: (workspace) => addNote(workspace, { kind: 'correction', text: 'It is X, not Y', task: '101' }),
    logs: ['note.add'],
    tells: '#101: Note 1, correction: It is X, not Y (07:28 UTC)',
    shows: '- correction 1 on #101: It is X, not Y',
  },
  {
    name: 'time',
    act: (workspace) => logTime(workspace, '101', 25),
    logs: ['time.log'],
    tells: '#101: 25 min logged (07:28 UTC)',
    shows: '- Actual logged: 25 min: used 21% of the estimate at 0% progress',
  },
  {
    name: 'percent',
    given: (workspace) => setProgress(workspace, '102', 50),
    act: (workspace) => setProgress(workspace, '102', 75),
    logs: ['progress.set'],
    tells: '#102: Progress 50% → 75% (07:28 UTC)',
    shows: '- Progress: 75% (set by hand)',
  },
  {
    name: 'recurrence',
    act: (workspace) => setRecurrence(workspace, '102', 'weekly', '2026-11-23'),
    logs: ['recurrence.set'],
    tells: '#102: Recurs weekly, due 2026-11-23 (07:28 UTC)',
  },
  {
    name: 'completing a recurring task',
    given: (workspace) => setRecurrence(workspace, '102', 'weekly', '2026-11-23'),
    act: completed,
    logs: ['task.recur', 'task.finalize'],
    tells: '#102-2026-11-30: Recurring next occurrence created after #102, due 2026-11-30 (07:28 UTC)',
  },
];

async function verified(workspace: BatonWorkspace) {
  const plan = await planVerification(workspace, { task: '101', feature: 'jwt-3', scope: 'open' });
  const needed = await neededConsents(workspace, plan, new Set());
  const outcome = { exitCode: 0, signal: null, end: 'exit', durationMs: 1, printed: '' } as const;
  return verifyFeatures(workspace, plan, {
    run: async () => outcome,
    agreed: new Set(needed.map(({ key }) => key)),
  });
}

function queued(workspace: BatonWorkspace) {
  return queueOf(workspace).add({ taskId: taskId('101'), prompt: '', reason: 'manual', source: 'manual' });
}

async function claimed(workspace: BatonWorkspace) {
  return queueOf(workspace).claim(await entryId(workspace), { by: 'a test', forMs: 60_000 });
}

async function entryId(workspace: BatonWorkspace): Promise<string> {
  return (await queueOf(workspace).list()).entries[0]?.id ?? '';
}

async function prepared(): ReturnType<typeof memoryWorkspace> {
  const opened = await memoryWorkspace();
  const { workspace } = opened;
  await createTask(workspace, { title: 'Database Schema', id: '102' });
  await createTask(workspace, {
    title: 'JWT Service',
    id: '101',
    estimateMinutes: 120,
    criteria: ['It works'],
    features: [
      { id: 'jwt-1', description: 'create a token' },
      { id: 'jwt-2', description: 'verify a token' },
    ],
  });
  return opened;
}

suite('every verb is told by the session state, the working buffer and the change log', () => {
  for (const verb of verbs) {
    test(verb.name, async () => {
      const { workspace, ports } = await prepared();
      await verb.given?.(workspace, ports);
      await workspace.renderings.settled();
      const before = (await workspace.store.changeLog.read()).records.length;
      await verb.act(workspace);
      await workspace.renderings.settled();
      const { records } = await workspace.store.changeLog.read();
      assert.deepEqual(
        records.slice(before).map(({ record }) => record.type),
        verb.logs,
      );
      const buffer = ports.fs.text(paths.workingBuffer(root)) ?? '';
      const daily = ports.fs.text(paths.dailyNotes(root, '2026-11-21')) ?? '';
      const told = `${buffer}${daily}`.split('\n').filter((line) => line === `- ${verb.tells}`);
      assert.equal(told.length, 1, `${buffer}\n${daily}`);
      const state = ports.fs.text(paths.sessionState(root)) ?? '';
      assert.ok(state.includes(`- ${verb.tells}\n`), state);
      assert.ok(state.includes(verb.shows ?? ''), state);
      assert.match(state, /^Last updated: 2026-11-21T07:28:00\.000Z$/m);
      assert.deepEqual(
        ports.log.lines.filter((line) => line.startsWith('warn: The renderings')),
        [],
      );
    });
  }
});
