/** For every rule of the health check a way to break a healthy workspace so that it is found. */
import { ChecklistGuard } from '../../../../src/core/health/checklist-guard';
import type { HealthRule } from '../../../../src/core/health/finding';
import { readDocument } from '../../../../src/core/markdown/document';
import { encodeLine } from '../../../../src/core/store/change-record';
import { testHasher } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';
import { session, someEnd } from '../sessions/session-example';
import { type HealthWorkspace, jwtFile, jwtTask, root, schemaFile } from './health-workspace';

export interface BrokenState {
  readonly rule: HealthRule;
  readonly what: string;
  readonly plant: (workspace: HealthWorkspace) => void | Promise<void>;
  /** Files the fix may change, create or take away; undefined when only a person can decide. */
  readonly fixes?: readonly string[];
}

const sessionFile = '.baton/sessions/00000001-0000-4000-8000-000000000000.json';
const segment = '.baton/memory/WAL-2026-11-20.log';
const deadOwner = {
  v: 1,
  token: 'dead',
  pid: 7,
  start: 'gone',
  scope: 'this machine',
  at: '2026-11-20T07:00:00Z',
};

const front = (line: string) => (workspace: HealthWorkspace) =>
  workspace.edit(jwtFile, 'status: pending\n', `status: pending\n${line}\n`);

const endedSession = (workspace: HealthWorkspace, number = 1) =>
  workspace.put(
    sessionFile,
    JSON.stringify(session({ number, end: someEnd, startedAt: '2026-11-20T07:28:00.000Z' })),
  );

const record = (
  seq: number,
  task: string | null,
  type: string,
  said: unknown = null,
  time = '2026-11-20T07:00:00Z',
) =>
  encodeLine({
    v: 1,
    seq,
    type,
    task: task === null ? null : taskId(task),
    actor: 'tool',
    session: null,
    path: jwtFile,
    via: 'event',
    new: said,
    before: null,
    after: '',
    edits: [],
    time,
  });

const sessions = (count: number, words: string) =>
  Array.from(
    { length: count },
    (_, index) =>
      `### Session ${index + 1} - 2026-11-20 08:${String(index).padStart(2, '0')}\n**What I did:**\n- Step ${index + 1} ${words}\n`,
  ).join('\n');

const withLog = (workspace: HealthWorkspace, log: string) =>
  workspace.put(jwtFile, jwtTask.replace(/### Session 1[\s\S]*?(?=\n---\n\n## 6)/, log));

const verified = jwtTask
  .replace('- [ ] Generate', '- [x] Generate')
  .replace('"passes": false, "tested_at": null', '"passes": true, "tested_at": "2026-11-20T09:00:00Z"')
  .replace('50%', '100%');
const finished = verified.replace(
  '(Agent will finalize when task is complete)',
  '### Summary\nTokens are made and checked.',
);

export const brokenStates: readonly BrokenState[] = [
  {
    rule: 'recurring_without_goal',
    what: 'a recurring task without an epic or goal',
    plant: (workspace) => {
      front('recurs: weekly\nnext_due: 2026-11-28')(workspace);
      workspace.edit(jwtFile, '**Epic:** Authentication\n', '');
    },
    fixes: [jwtFile],
  },
  {
    rule: 'completed_due_again',
    what: 'a completed task that is due in the future with nothing to stand for it',
    plant: ({ edit }) => edit(schemaFile, 'completed\n', 'completed\nrecurs: weekly\nnext_due: 2026-11-28\n'),
    fixes: ['task-states/task-100-2026-12-05-state.md'],
  },
  {
    rule: 'effort_over_estimate',
    what: 'more than ten times the estimate',
    plant: front('estimate_minutes: 10\nspent_minutes: 101'),
  },
  {
    rule: 'complete_but_open',
    what: 'everything verified and finalized while pending',
    plant: ({ put }) => put(jwtFile, finished),
    fixes: [jwtFile],
  },
  {
    rule: 'complete_but_open',
    what: 'everything verified without a chain output',
    plant: ({ put }) => put(jwtFile, verified),
  },
  {
    rule: 'complete_but_open',
    what: 'progress 100 that nothing shows',
    plant: ({ put }) =>
      put(
        'task-states/task-9-state.md',
        '---\nstatus: pending\nprogress: 100\n---\n\n# Task #9: Talk - State\n\n## Static Context\n',
      ),
  },
  {
    rule: 'bad_time',
    what: 'a time of creation that is no date',
    plant: ({ edit }) => edit(jwtFile, '2026-11-20T08:00:00Z', 'yesterday'),
    fixes: [jwtFile],
  },
  {
    rule: 'bad_time',
    what: 'a time of creation that lies ahead, where the log knows better',
    plant: ({ edit, put }) => {
      edit(jwtFile, '2026-11-20T08:00:00Z', '2027-01-01T00:00:00Z');
      put(segment, record(1, '101', 'task.create'));
    },
    fixes: [jwtFile],
  },
  {
    rule: 'bad_time',
    what: 'a completion before the creation',
    plant: ({ edit }) => edit(schemaFile, '2026-11-20T09:00:00Z', '2026-11-19T09:00:00Z'),
    fixes: [schemaFile],
  },
  { rule: 'bad_time', what: 'a due date that is none', plant: front('next_due: soon'), fixes: [jwtFile] },
  {
    rule: 'bad_time',
    what: 'a session entry dated ahead',
    plant: ({ edit }) => edit(jwtFile, '2026-11-20 08:10', '2026-12-24 08:10'),
  },
  {
    rule: 'bad_time',
    what: 'a session that ended before it began',
    plant: ({ put }) => {
      const end = { ...someEnd, at: '2026-11-19T00:00:00Z' };
      put(sessionFile, JSON.stringify(session({ end })));
    },
  },
  { rule: 'bad_number', what: 'a negative estimate', plant: front('estimate_minutes: -5'), fixes: [jwtFile] },
  { rule: 'bad_number', what: 'progress over 100', plant: front('progress: 140'), fixes: [jwtFile] },
  {
    rule: 'blocked_without_reason',
    what: 'a blocked task without a reason',
    plant: ({ edit }) => edit(jwtFile, 'status: pending', 'status: blocked'),
  },
  {
    rule: 'blocked_without_reason',
    what: 'a task that needs input without a question',
    plant: ({ edit }) => edit(jwtFile, 'status: pending', 'status: needs_input'),
  },
  {
    rule: 'status_edited',
    what: 'a status changed by hand to one that the status machine refuses',
    plant: ({ put, edit }) => {
      put(segment, record(1, '101', 'task.create'));
      edit(jwtFile, 'status: pending', 'status: completed');
    },
    fixes: [jwtFile],
  },
  {
    rule: 'claimed_without_session',
    what: 'a task in progress with no session on record',
    plant: ({ edit }) => edit(jwtFile, 'status: pending', 'status: in_progress'),
  },
  {
    rule: 'orphaned_claim',
    what: 'a task in progress whose last session ended',
    plant: (workspace) => {
      workspace.edit(jwtFile, 'status: pending', 'status: in_progress');
      endedSession(workspace);
    },
    fixes: [jwtFile],
  },
  {
    rule: 'completed_unverified',
    what: 'a task that was completed by hand',
    plant: ({ edit }) => edit(jwtFile, 'status: pending', 'status: completed'),
  },
  {
    rule: 'duplicate_id',
    what: 'a copy of a state file',
    plant: ({ put }) => put('task-states/copy.md', jwtTask),
    fixes: ['task-states/copy.md'],
  },
  {
    rule: 'duplicate_id',
    what: 'another file with the same id',
    plant: ({ put }) => put('task-states/other.md', jwtTask.replace('JWT', 'Other')),
  },
  {
    rule: 'file_unusable',
    what: 'a state file that is not UTF-8',
    plant: ({ put }) => put('task-states/task-7-state.md', new Uint8Array([0x23, 0x20, 0xff, 0xfe])),
  },
  {
    rule: 'file_problem',
    what: 'an unknown status',
    plant: ({ edit }) => edit(jwtFile, 'status: pending', 'status: almost'),
  },
  {
    rule: 'file_oversized',
    what: 'a file over 75 KB with many sessions',
    plant: (workspace) => withLog(workspace, sessions(30, 'word '.repeat(700))),
    fixes: [jwtFile, 'task-states/task-101-archive.md'],
  },
  {
    rule: 'file_oversized',
    what: 'a file over 75 KB with few sessions',
    plant: (workspace) => withLog(workspace, sessions(3, 'word '.repeat(6000))),
  },
  {
    rule: 'file_oversized',
    what: 'a file over 50 KB',
    plant: (workspace) => withLog(workspace, sessions(10, 'word '.repeat(1100))),
  },
  {
    rule: 'many_sessions',
    what: 'more than twenty sessions',
    plant: (workspace) => withLog(workspace, sessions(21, '')),
  },
  {
    rule: 'dangling_dependency',
    what: 'a dependency on a task that does not exist',
    plant: ({ edit }) => edit(jwtFile, 'depends_on: []', 'depends_on: ["99"]'),
  },
  {
    rule: 'cyclic_dependency',
    what: 'two tasks that wait for each other',
    plant: ({ edit, put }) => {
      edit(jwtFile, 'depends_on: []', 'depends_on: ["102"]');
      put(
        'task-states/task-102-state.md',
        '---\nstatus: pending\ndepends_on: ["101"]\n---\n\n# Task #102: Ends - State\n\n## Static Context\n',
      );
    },
  },
  {
    rule: 'missing_input',
    what: 'no chain input from a completed upstream task',
    plant: ({ edit }) => edit(jwtFile, 'depends_on: []', 'depends_on: ["100"]'),
    fixes: [jwtFile],
  },
  {
    rule: 'stale_input',
    what: 'a chain input that is not the present output',
    plant: ({ edit }) => {
      edit(jwtFile, 'depends_on: []', 'depends_on: ["100"]');
      edit(
        jwtFile,
        '## 3. Feature',
        '## 2. Chain Inputs\n\n### From Task #100: Database Schema\n> Old.\n\n---\n\n## 3. Feature',
      );
    },
    fixes: [jwtFile],
  },
  {
    rule: 'checklist_guard',
    what: 'a feature that was removed',
    plant: async (workspace) => {
      await remember(workspace);
      workspace.edit(jwtFile, /,\n {4}\{ "id": "jwt-2".*/.exec(jwtTask)?.[0] ?? '', '');
      workspace.edit(jwtFile, '50%', '100%');
    },
    fixes: [jwtFile],
  },
  {
    rule: 'checklist_guard',
    what: 'a feature whose words and steps were changed',
    plant: async (workspace) => {
      await remember(workspace);
      workspace.edit(jwtFile, 'creates a token', 'creates something');
      workspace.edit(jwtFile, '"log in"', '"skip"');
    },
    fixes: [jwtFile],
  },
  {
    rule: 'overall_progress_wrong',
    what: 'an overall progress that disagrees',
    plant: ({ edit }) => edit(jwtFile, '50%', '90%'),
    fixes: [jwtFile],
  },
  {
    rule: 'passed_untested',
    what: 'a feature that passes and was never tested',
    plant: ({ edit }) => edit(jwtFile, '"2026-11-20T08:30:00Z"', 'null'),
    fixes: [jwtFile],
  },
  {
    rule: 'passed_without_evidence',
    what: 'a feature that was made to pass by hand in the file',
    plant: ({ edit }) =>
      edit(jwtFile, ', "evidence": { "manual": "Logged in", "at": "2026-11-20T08:30:00Z" }', ''),
  },
  {
    rule: 'passed_without_evidence',
    what: 'a feature that was made to pass after its command had failed',
    plant: ({ edit }) => edit(jwtFile, '"manual": "Logged in"', '"command": "npm test", "exitCode": 1'),
  },
  {
    rule: 'evidence_stale',
    what: 'evidence of a commit that is not in the history',
    plant: ({ edit, ports }) => {
      ports.git.current = { head: 'b'.repeat(40), branch: 'main', dirty: false };
      edit(jwtFile, '"manual"', `"commit": "${'a'.repeat(40)}", "manual"`);
    },
  },
  {
    rule: 'session_vanished',
    what: 'an open session whose process is gone',
    plant: ({ put, edit }) => {
      edit(jwtFile, 'status: pending', 'status: in_progress');
      put(sessionFile, JSON.stringify(session({ number: 2 })));
    },
    fixes: [jwtFile, sessionFile],
  },
  {
    rule: 'session_unreadable',
    what: 'a session file that is no record',
    plant: ({ put }) => put('.baton/sessions/11111111.json', '{"schema":1'),
    fixes: ['.baton/sessions/11111111.json'],
  },
  {
    rule: 'session_without_task',
    what: 'a session of a task that does not exist',
    plant: ({ put }) => put(sessionFile, JSON.stringify(session({ task: taskId('77'), end: someEnd }))),
    fixes: [sessionFile],
  },
  {
    rule: 'session_undocumented',
    what: 'an ended session without an entry',
    plant: (workspace) => endedSession(workspace, 2),
    fixes: [jwtFile],
  },
  {
    rule: 'packet_orphaned',
    what: 'a packet of no session',
    plant: ({ put }) => put('.baton/packets/22222222.md', 'You are …'),
    fixes: ['.baton/packets/22222222.md'],
  },
  {
    rule: 'lock_orphaned',
    what: 'a lock of a process that is gone',
    plant: ({ put }) => put('.baton/locks/task-101.lock', `${JSON.stringify(deadOwner)}\n`),
    fixes: ['.baton/locks/task-101.lock'],
  },
  {
    rule: 'lock_unreadable',
    what: 'a lock file that holds no owner',
    plant: ({ put }) => put('.baton/locks/task-55.lock', ''),
    fixes: ['.baton/locks/task-55.lock'],
  },
  {
    rule: 'leftover_temporary',
    what: 'a temporary file of a write that was cut short',
    plant: ({ put }) => put('task-states/.task-101-state.md.1.baton-tmp', jwtTask.slice(0, 40)),
    fixes: ['task-states/.task-101-state.md.1.baton-tmp'],
  },
  {
    rule: 'unfinished_change',
    what: 'a change that was announced and not made',
    plant: ({ put }) => {
      const start = jwtTask.indexOf('- [ ]') + 3;
      const after = jwtTask.replace('- [ ]', '- [x]');
      const line = encodeLine({
        ...{ v: 1, seq: 1, type: 'criterion.tick', task: taskId('101'), actor: 'tool', session: null },
        ...{ path: jwtFile, via: 'file', before: hash(jwtTask), after: hash(after) },
        edits: [{ start, end: start + 1, text: 'x' }],
        time: '2026-11-20T09:00:00Z',
      });
      put(segment, line);
    },
    fixes: [jwtFile],
  },
  {
    rule: 'change_conflict',
    what: 'a change that could not be replayed',
    plant: ({ put }) => put('.baton/memory/conflicts/4.json', '{}'),
  },
  {
    rule: 'queue_unusable',
    what: 'a resume queue that is half a file',
    plant: ({ put }) => put('.baton/memory/pending_tasks.json', '[{"prompt": "ha'),
  },
  {
    rule: 'queue_unusable',
    what: 'a resume queue that was set aside',
    plant: ({ put }) => put('.baton/memory/pending_tasks.malformed-20261121T072800000Z.json', '{}'),
  },
  {
    rule: 'log_damaged',
    what: 'a line of the log that is no record',
    plant: ({ put }) =>
      put(segment, joined(record(1, '101', 'x'), encode('scribble\n'), record(2, '101', 'y'))),
    fixes: [],
  },
  {
    rule: 'log_gap',
    what: 'a sequence of which nothing is left',
    plant: ({ put }) => put(segment, joined(record(1, '101', 'x'), record(4, '101', 'y'))),
  },
  {
    rule: 'git_locked',
    what: 'a lock of the git index that is older than a minute',
    plant: ({ put }) => put('.git/index.lock', ''),
  },
  {
    rule: 'config_invalid',
    what: 'settings that do not fit',
    plant: ({ put }) => put('.baton/config.json', '{ "protocol": { "budgetTokens": 1 } }'),
  },
];

async function remember({ ports }: HealthWorkspace): Promise<void> {
  await new ChecklistGuard(ports, root).record(taskId('101'), readDocument(jwtTask).featureList);
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hash(text: string): string {
  return testHasher.sha256(encode(text));
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}
