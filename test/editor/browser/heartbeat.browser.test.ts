/**
 * The heartbeat as a person meets it: an agent dies and the status bar says so, one click resumes it, or it comes back by
 * itself where that is allowed; what failed is told once, over all windows; everything with a picture.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NudgeRecord, nudgeRecordSchema } from '../../../src/core/model/nudge';
import { schedulerStateSchema } from '../../../src/core/model/scheduler';
import {
  ago,
  answerTurnOn,
  attention,
  chains,
  files,
  limitMs,
  liveSession,
  queueEntry,
  queueText,
  sessions,
  taskFile,
  turnOnAutoResume,
  withOwnServer,
  withSecondWindow,
} from '../support/background-window';
import { eventually } from '../support/eventually';
import type { WorkbenchWindow } from '../support/workbench-window';

async function launchAndKill(workbench: WorkbenchWindow): Promise<void> {
  await workbench.openView('Baton');
  await workbench.hoverInlineAction(/#7/, 'Launch Agent', chains);
  await workbench.terminalText(/14/);
  process.kill((await liveSession(workbench)).pid, 'SIGKILL');
}

suite('the heartbeat in the editor', () => {
  test('an agent that dies shows within five seconds, and one click resumes it', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await launchAndKill(workbench);
      const began = performance.now();
      await workbench.statusBarText(/1 resumable/);
      const took = Math.round(performance.now() - began);
      console.log(`      the status bar said so after ${took} ms`);
      assert.ok(took < 5_000);
      const row = await workbench.treeRow(/#7 Password Reset/, attention);
      assert.match(row.description, /^resumable, /);
      assert.equal(await workbench.badge('Baton'), '1');
      await workbench.unfoldView(sessions);
      await workbench.treeRow(/#7/, sessions);
      await workbench.screenshot('heartbeat-died');
      const tooltip = await workbench.statusBarTooltip(/1 resumable/);
      assert.match(tooltip, /Resumable/);
      assert.match(tooltip, /#7/);
      await workbench.screenshot('heartbeat-died-tooltip');
      await workbench.page.locator('.monaco-hover a').filter({ hasText: '#7' }).click();
      await workbench.openEditorName(/task-7-state\.md/);
      await offersActions(workbench);
      await workbench.hoverInlineAction(/#7/, 'Resume', attention);
      await eventually('the second session in the log', async () =>
        /### Session 2 - /.test(
          await readFile(join(workbench.folder, 'task-states/task-7-state.md'), 'utf8'),
        ),
      );
      assert.deepEqual(await workbench.notifications(), []);
    });
  }).timeout(240_000);

  test('with auto-resume on it comes back by itself, in the background, on an economy profile', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await turnOnAutoResume(workbench);
      await withSecondWindow(workbench, async (second) => {
        await second.openView('Baton');
        await second.treeRow(/#7/, chains);
        await comesBack(workbench, second);
      });
    });
  }).timeout(300_000);

  test('what could not be resumed is told once over two windows, stands out, and one click resumes it', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await withSecondWindow(workbench, async (second) => {
        await second.openView('Baton');
        await second.treeRow(/#7/, chains);
        const failed = { attempts: 3, deadAt: ago(1), lastError: 'Ended with exit code 3' };
        await queueEntry(workbench, failed);
        for (const window of [workbench, second]) {
          await showsFailure(window, 3);
          assert.equal(await window.badge('Baton'), '1');
          await window.statusBarText(/1 failed to resume/);
        }
        const told = await eventually('a notification in one of the windows', async () => {
          const all = [...(await workbench.notifications()), ...(await second.notifications())];
          return all.length > 0 ? all : undefined;
        });
        assert.deepEqual(told, [
          {
            severity: 'warning',
            message: '#7 Password Reset could not be resumed: Ended with exit code 3.',
            buttons: ['Resume', "Don't Show Again"],
          },
        ]);
        // The same fact in other words: both windows show them, and neither speaks.
        await queueEntry(workbench, { ...failed, lastError: 'Ended with exit code 4' });
        for (const window of [workbench, second]) await showsFailure(window, 4);
        assert.equal((await nudgeRecord(workbench)).told.length, 1);
        const all = [...(await workbench.notifications()), ...(await second.notifications())];
        assert.equal(all.length, 1);
        const speaker = (await workbench.notifications()).length > 0 ? workbench : second;
        await speaker.screenshot('heartbeat-failed-notification');
        await speaker.answerNotification(/could not be resumed/, 'Resume');
        assert.equal((await liveSession(workbench)).trigger, 'manual');
        await second.runCommand('Baton: Pause All Background Work');
        await eventually('the pause in the other window', async () =>
          /All background work is paused/.test(await workbench.statusBarTooltip(/running|pending/)),
        );
      });
    });
  }).timeout(240_000);

  test('a usage limit counts down by a time of day, and one command pauses everything', async () => {
    const settings = { 'workbench.colorTheme': 'Default Light Modern' };
    await withOwnServer({ files, git: true, settings }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await queueEntry(workbench, { reason: 'usage_limit', notBefore: ago(-90 * 60) });
      await workbench.answerNotification(
        /has reached its usage limit, which ends at/,
        'Turn On Auto-Resume…',
      );
      await answerTurnOn(workbench);
      const text = await workbench.statusBarText(/resumes at/);
      // With the day, where that is another one.
      assert.match(text, /resumes at (?:\w+ \d+, )?\d+:\d\d/);
      await workbench.treeRow(/Resume Queue/, attention);
      await workbench.screenshot('heartbeat-countdown');
      await workbench.runCommand('Baton: Show Resume Queue');
      await workbench.quickInput.title(/Resume Queue/);
      await workbench.quickInput.row(/#7 Password Reset/);
      await workbench.screenshot('heartbeat-queue');
      await workbench.quickInput.pick(/#7 Password Reset/);
      await workbench.quickInput.title(/#7 Password Reset/);
      await workbench.quickInput.row('Resume in Background');
      await workbench.screenshot('heartbeat-queue-actions');
      await workbench.quickInput.escape();
      await workbench.runCommand('Baton: Pause All Background Work');
      await eventually(
        'no countdown',
        async () => !/resumes at/.test(await workbench.statusBarText(/pending|Baton/)),
      );
      assert.match(await workbench.statusBarTooltip(/pending|Baton/), /All background work is paused/);
      await workbench.runCommand('Baton: Resume Background Work');
      await workbench.statusBarText(/resumes at/);
      await workbench.runCommand('Baton: Remove from Queue');
      await workbench.quickInput.title(/Remove from Queue/);
      await workbench.quickInput.pick(/#7 Password Reset/);
      await eventually('an empty queue', async () => (await queueText(workbench)).trim() === '[]');
    });
  }).timeout(240_000);

  test('what waits is resumed in the background at its person’s command, also with auto-resume off', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.treeRow(/#7/, chains);
      await turnOnAutoResume(workbench);
      await workbench.runCommand('Baton: Turn Off Auto-Resume');
      await queueEntry(workbench, { reason: 'manual', nextRetryAt: ago(-3600) });
      await workbench.runCommand('Baton: Resume in Background');
      await workbench.quickInput.title(/Resume in Background/);
      await workbench.quickInput.pick(/#7 Password Reset/);
      const run = await liveSession(workbench);
      assert.deepEqual([run.trigger, run.agent], ['automatic', 'demo']);
      await workbench.unfoldView(sessions);
      await workbench.treeRow(/#7/, sessions);
      await workbench.hoverInlineAction(/#7/, 'Stop Agent', sessions);
      await workbench.answerDialog('Stop Agent');
      await eventually('the stop in the Sessions view', async () =>
        (await workbench.treeRows(sessions)).some(({ description }) => /^stopped by you/.test(description)),
      );
      await eventually('the task resumable, and nothing queued by itself', async () => {
        const [row] = await workbench.treeRows(attention);
        return row !== undefined && /^resumable/.test(row.description);
      });
      assert.deepEqual(await workbench.notifications(), []);
    });
  }).timeout(240_000);

  test('work by the clock is planned as soon as a window opens, without an agent', async () => {
    const job = { id: 'pace', cron: '0 9 * * 1', run: 'velocity' };
    const config = JSON.stringify({ heartbeat: { jobs: [job] } });
    await withOwnServer(
      { files: { ...files, '.baton/config.json': config }, git: true },
      async (workbench) => {
        await workbench.openView('Baton');
        await workbench.treeRow(/#7/, chains);
        const planned = await eventually('the plan of the job', async () => {
          const path = join(workbench.folder, '.baton/memory/scheduler.json');
          const { jobs } = schedulerStateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
          return jobs['pace']?.nextAt ?? undefined;
        });
        assert.ok(Date.parse(planned) > Date.now());
        assert.deepEqual(await workbench.notifications(), []);
      },
    );
  }).timeout(120_000);

  test('a nudge goes to an agent that waits, in the words and the way its person chose, and to no busy one', async () => {
    await withOwnServer({ files, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      await workbench.hoverInlineAction(/#7/, 'Launch Agent', chains);
      await workbench.terminalText(/14/);
      const { id } = await liveSession(workbench);
      await workbench.rowMenu(/#7/, 'Send Nudge to Agent…', chains);
      await workbench.notification(/is in the middle of its work\. Nothing was sent, and that is on record/);
      assert.deepEqual(
        (await nudgeRecord(workbench)).skipped.map(({ session, reason }) => [session, reason]),
        [[id, 'busy']],
      );
      await betweenTurns(workbench, id);
      for (const answer of ['Cancel', 'Paste Only']) {
        await workbench.rowMenu(/#7/, 'Send Nudge to Agent…', chains);
        await workbench.quickInput.title(/Send Nudge to Agent/);
        await workbench.quickInput.type('Please $(touch run) go on');
        await workbench.quickInput.accept();
        const { message, detail } = await workbench.dialog();
        assert.match(message, /Send this to Demonstration agent on #7\?/);
        assert.match(detail, /Please \$\(touch run\) go on/);
        await workbench.screenshot('heartbeat-nudge');
        await workbench.answerDialog(answer);
      }
      await workbench.terminalText(/Please \$\(touch run\) go on/);
      const { skipped } = await nudgeRecord(workbench);
      assert.deepEqual(
        skipped.map(({ reason }) => reason),
        ['busy', 'declined'],
      );
    });
  }).timeout(240_000);

  test('a blocked task brings drafts, which become tasks only when they are taken', async () => {
    const blocked = taskFile(
      '8',
      'Mail Service',
      'status: blocked\nblocked_reason: The mail server has no certificate',
    );
    const withBlocked = { ...files, 'task-states/task-8-state.md': blocked };
    await withOwnServer({ files: withBlocked, git: true }, async (workbench) => {
      await workbench.openView('Baton');
      const row = await workbench.treeRow(/Find out what unblocks #8/, attention);
      assert.equal(row.level, 2);
      await eventually('one task on the badge', async () => (await workbench.badge('Baton')) === '1');
      assert.match(await workbench.rowTooltip(/Find out what unblocks #8/, attention), /no certificate/);
      await workbench.screenshot('heartbeat-suggested');
      await workbench.hoverInlineAction(/Write down how to check/, 'Dismiss Suggestion', attention);
      await eventually('the draft gone', async () =>
        (await workbench.treeRows(attention)).every(({ text }) => !text.startsWith('Write down')),
      );
      await workbench.hoverInlineAction(/Find out what unblocks #8/, 'Create Suggested Task', attention);
      await workbench.openEditorName(/task-9-state\.md/);
      const text = await readFile(join(workbench.folder, 'task-states/task-9-state.md'), 'utf8');
      assert.match(text, /^status: pending$/m);
      assert.deepEqual(await workbench.notifications(), [], 'what holds at the first look is old news');
      await workbench.rowMenu(/#7/, 'Block…', chains);
      await workbench.quickInput.title(/#7 Password Reset/);
      await workbench.quickInput.type('No mail server');
      await workbench.quickInput.accept();
      const own = await workbench.treeRow(/#7/, attention);
      assert.equal(own.description, 'blocked: No mail server');
      await eventually('what the person did on record', async () =>
        (await nudgeRecord(workbench)).told.some(({ key }) => key.startsWith('blocked:7:')),
      );
      assert.deepEqual(await workbench.notifications(), [], 'nobody is told what they have just done');
    });
  }).timeout(240_000);
});

/** The status bar's click: tasks with the next thing for each, and what there is to say to Baton itself. */
async function offersActions(workbench: WorkbenchWindow): Promise<void> {
  await workbench.clickStatusBar(/1 resumable/);
  await workbench.quickInput.title(/^Tasks$/);
  const items = await workbench.quickInput.items();
  const of = (label: RegExp) => items.find((item) => label.test(item.label));
  assert.match(of(/#7 Password Reset/)?.description ?? '', /Resume$/i);
  assert.ok(of(/Show Resume Queue \(1\)/) && of(/Turn On Auto-Resume/), JSON.stringify(items));
  await workbench.screenshot('heartbeat-died-pick');
  await workbench.quickInput.escape();
}

async function showsFailure(window: WorkbenchWindow, code: number): Promise<void> {
  const wanted = `resuming failed 3 times: Ended with exit code ${code}`;
  // In a window that has just opened, the editor may not watch the folder yet: Baton looks again within half a minute.
  await eventually(
    `"${wanted}" in Attention`,
    async () => (await window.treeRows(attention)).some(({ description }) => description === wanted),
    60_000,
  );
}

/** Both windows show it, and whichever of them it is, one acts: there is one run. */
async function comesBack(workbench: WorkbenchWindow, second: WorkbenchWindow): Promise<void> {
  await launchAndKill(workbench);
  const run = await eventually(
    'a run in the background',
    async () => {
      const session = await liveSession(workbench);
      return session.trigger === 'automatic' ? session : undefined;
    },
    limitMs,
  );
  assert.equal(run.agent, 'demo');
  await workbench.unfoldView(sessions);
  const row = await eventually('the run in the Sessions view', async () =>
    (await workbench.treeRows(sessions)).find(({ description }) => /in the background/.test(description)),
  );
  assert.match(row.description, /^in the background since .* · session 2 · Demonstration agent/);
  assert.equal(await workbench.badge('Baton'), '');
  for (const window of [workbench, second]) await window.statusBarText(/1 running/);
  await workbench.screenshot('heartbeat-background-run');
  assert.match(await workbench.statusBarTooltip(/1 running/), /Auto-resume is on/);
  await workbench.screenshot('heartbeat-background-tooltip');
  await workbench.runCommand('Baton: Show Background Output');
  await eventually(
    'the task done',
    async () =>
      /^status: completed$/m.test(
        await readFile(join(workbench.folder, 'task-states/task-7-state.md'), 'utf8'),
      ),
    limitMs,
  );
  await eventually(
    'an empty queue',
    async () =>
      (await readFile(join(workbench.folder, '.baton/memory/pending_tasks.json'), 'utf8')).trim() === '[]',
    limitMs,
  );
  await eventually('the end in the Sessions view', async () =>
    (await workbench.treeRows(sessions)).some(({ description }) =>
      /^exited with 0 .* · 2 features pass · .* · in the background · session 2/.test(description),
    ),
  );
  const hover = await workbench.rowTooltip(/#7/, sessions);
  for (const fact of [/Commits: /, /Files changed: .*f-2\.mjs/, /Started: by Baton itself/])
    assert.match(hover, fact);
  await workbench.screenshot('heartbeat-session-hover');
  await workbench.hoverInlineAction(/#7/, 'Open Run Log', sessions);
  await workbench.openEditorName(/\.log$/);
  await workbench.openEditorText(/Demonstration agent|f-1/);
  await workbench.screenshot('heartbeat-background-done');
  for (const window of [workbench, second]) assert.deepEqual(await window.notifications(), []);
  assert.equal((await readdir(join(workbench.folder, '.baton/sessions'))).length, 2);
}

/** As after a stop hook: the agent has ended its turn and waits for its person. */
async function betweenTurns(workbench: WorkbenchWindow, id: string): Promise<void> {
  const path = join(workbench.folder, '.baton/sessions', `${id}.json`);
  const session = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...session, hookEvent: 'stop' }));
}

async function nudgeRecord(workbench: WorkbenchWindow): Promise<NudgeRecord> {
  const text = await readFile(join(workbench.folder, '.baton/memory/nudges.json'), 'utf8');
  return nudgeRecordSchema.parse(JSON.parse(text));
}
