/** A session record and a start input to vary in tests. */
import type { Session, SessionEnd } from '../../../../src/core/model/session';
import type { TaskId } from '../../../../src/core/model/task';
import type { StartSession } from '../../../../src/core/sessions/session-store';

export const task = '101' as TaskId;

export const startInput: StartSession = {
  task,
  agent: 'claude',
  origin: 'managed',
  surface: 'editor',
  lastNumber: 0,
  head: 'abc1234',
  branch: 'main',
  dirty: false,
  before: { entries: 0, passed: [], criteriaDone: 0 },
};

export const someEnd: SessionEnd = {
  at: '2026-11-21T08:00:00.000Z',
  exitCode: 0,
  signal: null,
  reason: 'process',
  commits: [],
  filesChanged: [],
  dirty: false,
  automaticEntry: false,
  intended: false,
  finalEvent: null,
  passed: [],
  failed: [],
  ticked: 0,
  released: true,
};

/** Started and last heard of at 07:28:00, its lease running to 07:29:30. */
export function session(changes: Partial<Session> = {}): Session {
  const { lastNumber: _, ...facts } = startInput;
  return {
    ...facts,
    schema: 1,
    id: '00000001-0000-4000-8000-000000000000',
    number: 1,
    pid: 4242,
    pidStart: 'start-4242',
    pidScope: 'this machine',
    token: 1,
    startedAt: '2026-11-21T07:28:00.000Z',
    beatAt: '2026-11-21T07:28:00.000Z',
    expiresAt: '2026-11-21T07:29:30.000Z',
    packet: null,
    trigger: 'manual',
    mode: 'interactive',
    nativeId: null,
    hooks: false,
    hookAt: null,
    hookEvent: null,
    activeAt: null,
    stopAsks: 0,
    stopRequestedAt: null,
    stopRequestedBy: null,
    watcherLeftAt: null,
    end: null,
    ...changes,
  };
}
