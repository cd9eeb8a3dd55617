// The status worker's report: real events, in its window, and nothing of what was taken back. Requirement 001-53.
import assert from 'node:assert/strict';
import { addNote } from '../../../../src/core/operations/add-note';
import { blockTask } from '../../../../src/core/operations/block-task';
import { closeSession } from '../../../../src/core/operations/close-session';
import { createTask } from '../../../../src/core/operations/create-task';
import { failFeature, passFeature } from '../../../../src/core/operations/pass-feature';
import { reportWindow, statusReport } from '../../../../src/core/operations/status-report';
import { statusReportText } from '../../../../src/core/operations/status-report-text';
import { memoryWorkspace } from '../../../support/memory-workspace';
import { atWork } from './session-support';

suite('a status report', () => {
  test('names the sessions, features, blocks, commits and notes of its day', async () => {
    const { ports, workspace, session } = await atWork();
    ports.git.current = { head: 'aaaa1111', branch: 'main', dirty: false };
    ports.git.commits = [{ hash: 'aaaa1111', subject: 'feat: add [tokens]', at: '2026-11-21T08:00:00Z' }];
    await passFeature(workspace, session.task, 'jwt-1');
    await addNote(workspace, { kind: 'decision', text: 'Use RS256', task: session.task });
    ports.clock.advance(60_000);
    await closeSession(workspace, session.id, { exitCode: 0, reason: 'process' });
    await createTask(workspace, { id: '9', title: 'Later *task*' });
    await blockTask(workspace, '9', 'No <keys> yet');
    const report = await statusReport(workspace, reportWindow(workspace, {}));
    assert.deepEqual(
      report.sessions.map(({ task, number, agent, passed }) => [task, number, agent, passed]),
      [[session.task, 1, 'claude', ['jwt-1']]],
    );
    assert.equal(report.passed.length, 1);
    assert.equal(report.blocked.length, 1);
    const text = statusReportText(report, 'project');
    assert.match(text, /\nFrom 2026-11-21 00:00 to 2026-11-21 07:29 \(UTC\)\./, 'not beyond now');
    assert.match(text, /\n## Next\n\nResume #101 JWT Service: it was interrupted after 1 session/);
    assert.match(text, /## Sessions\n\n- #101 JWT Service, session 1 by claude, 2026-11-21 07:28 until/);
    assert.match(text, /Feature jwt-1 passes/);
    assert.match(text, /`aaaa111` feat: add \\\[tokens\\\]/);
    assert.match(text, /decision: Use RS256/);
    assert.match(text, /- #9: Blocked "No \\<keys\\> yet"/);
    const [, attention = ''] = text.split('## Needs your attention');
    assert.match(attention, /#9 Later \\\*task\\\*: blocked: No \\<keys\\> yet/);
  });

  test('holds its window: what was before or after is not in it', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { id: '1', title: 'One', features: [{ id: 'f', description: 'd' }] });
    ports.clock.advance(86_400_000);
    await passFeature(workspace, '1', 'f');
    await failFeature(workspace, '1', 'f');
    ports.clock.advance(1000);
    const of = async (day: string) => statusReport(workspace, reportWindow(workspace, { day }));
    const [first, second] = [await of('2026-11-21'), await of('2026-11-22')];
    assert.deepEqual([first.created.length, first.passed.length], [1, 0]);
    assert.deepEqual([second.created.length, second.passed.length, second.failed.length], [0, 1, 1]);
    const since = new Date('2026-11-21T00:00:00Z');
    const both = await statusReport(workspace, reportWindow(workspace, { since }));
    assert.equal(both.changes, first.changes + second.changes);
    const none = statusReportText(await of('2020-01-01'), 'project');
    assert.match(none, /\n\nNo session, no commit, nothing completed or blocked\.\n\n## How/);
  });

  test('refuses a day that is none', async () => {
    const { workspace } = await memoryWorkspace();
    assert.throws(() => reportWindow(workspace, { day: '2026-02-30' }), /is not a day/);
  });
});
