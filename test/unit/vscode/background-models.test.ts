import assert from 'node:assert/strict';
import { type BackgroundChoice, noBackgroundChoice } from '../../../src/core/model/background';
import { nudgeKinds } from '../../../src/core/model/nudge';
import { deferReasons, type EntryState, type QueueEntry } from '../../../src/core/model/queue';
import type { TaskView } from '../../../src/core/operations/task-view';
import type { FolderBackground } from '../../../src/vscode/background/folder-background';
import { nudgeActionWords, nudgeWords } from '../../../src/vscode/background/nudge-words';
import { OwnActs } from '../../../src/vscode/background/own-acts';
import { type QueueRendering, queuedWords } from '../../../src/vscode/background/queue-words';
import { type LastTick, planTick, type TickFacts } from '../../../src/vscode/background/tick-plan';
import { statusBarModel } from '../../../src/vscode/status-bar-model';
import { attentionModel } from '../../../src/vscode/views/attention-model';
import { entry, nudge, taskId } from '../core/nudges/support';
import { folder, l10n, live, session, snapshot, task } from './support';

const rendering: QueueRendering = { l10n, time: (utc) => utc.slice(11, 16) };
const on: BackgroundChoice = { ...noBackgroundChoice, autoResume: true };
const paused: BackgroundChoice = { ...on, pausedAt: '2026-11-21T09:00:00Z' };
const until = '2026-11-21T14:30:00Z';

function background(sketch: Partial<FolderBackground> = {}): FolderBackground {
  return { choice: on, queue: [], queueProblem: undefined, nudges: [], drafts: [], ...sketch };
}

function queued(state: EntryState, sketch: Partial<QueueEntry> = {}, of = '1') {
  return { entry: entry(`e${of}`, of, sketch), state };
}

const resumable = task('1', { badges: ['ready', 'resumable'], sessions: 1 });

suite('a queued task in words', () => {
  const wordsOf = (state: EntryState, sketch: Partial<QueueEntry>, choice = on) =>
    queuedWords(queued(state, sketch), { choice }, rendering);

  test('tells when it is resumed, where it is resumed by itself', () => {
    assert.equal(wordsOf('waiting', { nextRetryAt: until }), 'resumes at 14:30');
    assert.equal(
      wordsOf('waiting', { nextRetryAt: '2026-11-21T14:00:00Z', notBefore: until }),
      'resumes at 14:30',
    );
    assert.equal(wordsOf('due', {}), 'resumes by itself, soon');
    assert.equal(wordsOf('running', {}), 'runs in the background');
  });

  test('tells what it waits for when it is due', () => {
    const words = deferReasons.map((waitsFor) =>
      queuedWords(queued('due'), { choice: on, waitsFor }, rendering),
    );
    assert.deepEqual(words.slice(3), [
      'waits, since agents ended unexpectedly too often',
      'waits until no agent of yours works',
      'waits for its turn',
      'waits until the machine is less busy',
      'no economical agent is installed to resume it',
    ]);
  });

  test('promises nothing while it is off or paused, and says why it is in the queue', () => {
    for (const choice of [noBackgroundChoice, paused]) {
      assert.equal(
        wordsOf('waiting', { reason: 'usage_limit', notBefore: until }, choice),
        'usage limit until 14:30',
      );
      assert.equal(wordsOf('waiting', { reason: 'crash', nextRetryAt: until }, choice), 'ended unexpectedly');
      assert.equal(wordsOf('due', { reason: 'interrupted' }, choice), 'interrupted');
    }
  });

  test('promises nothing for a task that is held, and says why it is in the queue', () => {
    const held = { ...on, held: ['1'] };
    assert.equal(wordsOf('due', { reason: 'crash' }, held), 'ended unexpectedly');
    assert.equal(wordsOf('waiting', { reason: 'crash', nextRetryAt: until }, held), 'ended unexpectedly');
    assert.equal(wordsOf('due', {}, { ...on, held: ['2'] }), 'resumes by itself, soon');
  });

  test('tells what went wrong in one line, however long it was', () => {
    const lastError = `exit 1\n${'x'.repeat(400)}`;
    const words = wordsOf('dead', { attempts: 3, lastError, deadAt: until });
    assert.match(words, /^resuming failed 3 times: exit 1 x+…$/);
    assert.ok(words.length < 220);
  });
});

suite('the Attention view beside the queue', () => {
  const model = (tasks: readonly TaskView[], sketch: Partial<FolderBackground> = {}) =>
    attentionModel([{ ...folder(snapshot(tasks)), background: background(sketch) }], rendering);

  function shown(found: ReturnType<typeof attentionModel>): readonly (readonly string[])[] {
    return found.roots.map((root) => {
      const node = found.nodes.get(root);
      const rows = (node?.children ?? []).map((id) => found.nodes.get(id));
      return [node?.label ?? '', ...rows.map((row) => `${row?.label}: ${row?.description}`)];
    });
  }

  test('has no heading where every row needs a person', () => {
    const found = model([resumable], { choice: noBackgroundChoice, queue: [queued('due')] });
    assert.deepEqual(shown(found), [['#1 Title 1']]);
    const row = found.nodes.get(found.roots[0] ?? '');
    assert.equal(row?.description, 'resumable, ended before it was done');
    assert.equal(found.needed, 1);
    assert.ok(row?.tokens.includes('queued') && row.tokens.includes('canResume'));
    assert.equal(row?.entry, 'e1');
  });

  test('asks nothing of anybody for what is resumed by itself', () => {
    const found = model([resumable], { queue: [queued('waiting', { nextRetryAt: until })] });
    assert.deepEqual(shown(found), [['Resume Queue', '#1 Title 1: at 14:30']]);
    const row = [...found.nodes.values()].find(({ entry }) => entry === 'e1');
    assert.match(row?.spoken ?? '', /resumes at 14:30/);
    assert.equal(found.needed, 0);
  });

  test('asks for a person as soon as it is paused, or all attempts have failed', () => {
    const waiting = { queue: [queued('waiting', { nextRetryAt: until })] };
    assert.equal(model([resumable], { ...waiting, choice: paused }).needed, 1);
    assert.equal(model([resumable], { ...waiting, choice: { ...on, held: ['1'] } }).needed, 1);
    const dead = model([resumable], { queue: [queued('dead', { attempts: 3, lastError: 'exit 1' })] });
    assert.equal(dead.needed, 1);
    const row = dead.nodes.get(dead.roots[0] ?? '');
    assert.equal(row?.description, 'resuming failed 3 times: exit 1');
    assert.equal(row?.icon, 'debug-disconnect');
  });

  test('asks for a person when no agent is there that could resume it', () => {
    const found = model([resumable], { queue: [queued('due')], waitsFor: 'no_economy_profile' });
    assert.deepEqual(shown(found), [['#1 Title 1']]);
    assert.equal(found.needed, 1);
  });

  test('keeps other reasons of a task that is resumed by itself, and counts those', () => {
    const one = task('1', { badges: ['ready', 'resumable', 'undocumented'], sessions: 1 });
    const found = model([one], { queue: [queued('due')] });
    assert.deepEqual(shown(found), [['#1 Title 1']]);
    assert.equal(found.needed, 1);
  });

  test('lists the first twenty of a long queue and counts the rest', () => {
    const tasks = Array.from({ length: 25 }, (_, n) => task(String(n + 1), { badges: ['resumable'] }));
    const queue = tasks.map(({ id }) => queued('waiting', { nextRetryAt: until }, id));
    const found = model(tasks, { queue });
    const rows = found.nodes.get(found.roots[0] ?? '')?.children ?? [];
    assert.equal(rows.length, 21);
    assert.equal(found.nodes.get(rows[20] ?? '')?.label, 'and 5 more');
    assert.equal(found.needed, 0);
  });

  test('leaves what runs now to the Sessions view', () => {
    assert.deepEqual(shown(model([resumable], { queue: [queued('running')] })), []);
  });

  test('shows a prompt without a task, which is never started by itself', () => {
    const prompt = { entry: { ...entry('p', '1'), taskId: null, prompt: 'Do\nthis' }, state: 'due' } as const;
    const found = model([], { queue: [prompt] });
    assert.deepEqual(shown(found), [
      ['Resume Queue', 'Do this: a prompt without a task; never started by itself'],
    ]);
    assert.equal(found.needed, 0);
  });

  test('suggests below what needs a person, and the badge does not count it', () => {
    const blocked = task('1', { status: 'blocked', tracking: { blockedReason: 'No key' } });
    const draft = {
      key: 'k',
      about: taskId('1'),
      title: 'Find out',
      rationale: 'Because.',
      criteria: ['One'],
    };
    const idle = nudge('i', { kind: 'ready_idle', task: taskId('2'), action: 'launch' });
    const found = model([blocked, task('2', { badges: ['ready'] })], { drafts: [draft], nudges: [idle] });
    assert.deepEqual(shown(found), [
      ['Needs Attention', '#1 Title 1: blocked: No key'],
      ['Suggested', '#2 Title 2: ready, and nobody works', 'Find out: draft for #1'],
    ]);
    assert.equal(found.needed, 1);
    const row = [...found.nodes.values()].find((node) => node.draft === 'k');
    assert.match(row?.spoken ?? '', /Because\.\n• One/);
  });

  test('says what is wrong with the queue file, and that is for a person to do', () => {
    const found = model([], { queueProblem: 'pending_tasks.json cannot be used' });
    assert.deepEqual(shown(found), [['pending_tasks.json cannot be used']]);
    assert.equal(found.needed, 1);
  });

  test('gives every row an id of its own and a parent that shows it', () => {
    const blocked = task('1', { status: 'blocked' });
    const draft = { key: 'k', about: taskId('1'), title: 'T', rationale: 'R.', criteria: [] };
    const found = model([blocked, resumable], { drafts: [draft], queue: [queued('waiting', {}, '1')] });
    for (const [id, node] of found.nodes) {
      const siblings = node.parent === undefined ? found.roots : found.nodes.get(node.parent)?.children;
      assert.ok(siblings?.includes(id), id);
    }
  });
});

suite('the status bar beside the queue', () => {
  const barOf = (tasks: readonly TaskView[], sketch: Partial<FolderBackground>) =>
    statusBarModel([{ ...folder(snapshot(tasks)), background: background(sketch) }], rendering, () => 'Demo');

  test('counts down to the first that is resumed, by a time of day', () => {
    const queue = [
      queued('waiting', { nextRetryAt: '2026-11-21T15:00:00Z' }, '2'),
      queued('waiting', { notBefore: until }),
    ];
    const model = barOf([resumable], { queue });
    assert.equal(model.text, '$(arrow-swap) 1 resumable · resumes at 14:30');
    assert.match(model.sections[0]?.tasks[0]?.state ?? '', / · resumes at 14:30$/);
    assert.equal(model.warning, false);
  });

  test('counts down to nothing while it is off or paused, and says which', () => {
    const queue = [queued('waiting', { notBefore: until })];
    assert.equal(barOf([resumable], { queue, choice: noBackgroundChoice }).text, '$(arrow-swap) 1 resumable');
    const held = { ...on, held: ['1'] };
    assert.equal(barOf([resumable], { queue, choice: held }).text, '$(arrow-swap) 1 resumable');
    const model = barOf([resumable], { queue, choice: paused });
    assert.equal(model.text, '$(arrow-swap) 1 resumable');
    assert.deepEqual(
      model.notes.map(({ text }) => text),
      ['All background work is paused.'],
    );
  });

  test('takes colour for what could not be resumed, and for nothing that goes its way', () => {
    const failed = barOf([resumable], { queue: [queued('dead', { attempts: 3 })] });
    assert.equal(failed.warning, true);
    assert.equal(failed.text, '$(arrow-swap) 1 failed to resume');
    for (const state of ['due', 'waiting', 'claimed', 'running'] as const) {
      assert.equal(barOf([resumable], { queue: [queued(state)] }).warning, false);
    }
  });
});

suite('notifications in words', () => {
  test('are sentences for every kind, and every action has a name', () => {
    for (const kind of nudgeKinds) {
      const text = nudgeWords(nudge('k', { kind, title: 'Two\nlines', until }), rendering);
      assert.match(text, /^(?:An?|The|#1)\b.*#1|^#1/);
      assert.match(text, /\.$/);
      assert.ok(!text.includes('\n'));
    }
    assert.equal(nudgeWords(nudge('k', { detail: 'No key' }), rendering), '#1 Title is blocked: No key.');
    assert.equal(nudgeWords(nudge('k', { detail: 'Which?' }), rendering), '#1 Title is blocked: Which?');
    assert.equal(nudgeActionWords('resume', l10n), 'Resume');
  });
});

suite('what the person has done themself', () => {
  const blocked = nudge('b', { kind: 'blocked' });
  const asked = nudge('q', { kind: 'needs_input' });
  const one = taskId('1');

  test('is not told to them, and nothing else is kept from them', () => {
    const acts = new OwnActs();
    assert.deepEqual(acts.of([blocked, asked]), []);
    acts.note(one, 'block');
    const other = nudge('o', { kind: 'blocked', task: taskId('2') });
    const failed = nudge('f', { kind: 'failed_resume' });
    assert.deepEqual(acts.of([blocked, other, failed]), [blocked]);
    acts.end(one);
    assert.deepEqual(acts.of([blocked]), []);
  });

  test('does not keep from them that an agent asks or is blocked after they let the task go on', () => {
    for (const trigger of ['unblock', 'answer', 'cancel', 'reopen'] as const) {
      const acts = new OwnActs();
      acts.note(one, trigger);
      assert.deepEqual(acts.of([blocked, asked]), [], trigger);
      acts.note(one, 'block');
      acts.note(one, trigger);
      assert.deepEqual(acts.of([blocked, asked]), [], trigger);
    }
  });
});

suite('when a tick is worth a process', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  const due = background({ queue: [queued('due')] });

  const jobs = [{ id: 'pace', cron: '0 9 * * 1', run: 'velocity' as const, enabled: true }];

  function facts(sketch: Partial<TickFacts> = {}): TickFacts {
    return {
      background: background(),
      sessions: [],
      tasks: [],
      jobs: [],
      trusted: true,
      maxBackground: 1,
      last: undefined,
      ...sketch,
    };
  }

  function after(sketch: Partial<TickFacts>, nextAt: string | undefined): LastTick {
    const { circumstances, jobs } = planTick(facts(sketch), now);
    return { nextAt, circumstances, jobs };
  }

  test('never while nothing is queued and no job is set up, and then no timer runs', () => {
    const { tick, nextAt } = planTick(facts(), now);
    assert.deepEqual([tick, nextAt], [false, undefined]);
  });

  test('as soon as an entry is due, and once', () => {
    assert.equal(planTick(facts({ background: due }), now).tick, true);
    const again = facts({ background: due, last: after({ background: due }, undefined) });
    assert.deepEqual([planTick(again, now).tick, planTick(again, now).nextAt], [false, undefined]);
  });

  test('again at the moment the last one asked for, or when something else is due', () => {
    const later = '2026-11-21T12:00:30.000Z';
    const last = after({ background: due }, later);
    assert.equal(planTick(facts({ background: due, last }), now).nextAt, later);
    assert.equal(planTick(facts({ background: due, last }), new Date(later)).tick, true);
    const more = background({ queue: [queued('due'), queued('due', {}, '2')] });
    assert.equal(planTick(facts({ background: more, last }), now).tick, true);
  });

  test('not for what the gate would refuse for certain', () => {
    const foreground = [live(session('a'))];
    const own = [live(session('b', { trigger: 'automatic', mode: 'headless' }))];
    const refused: readonly Partial<TickFacts>[] = [
      { background: { ...due, choice: noBackgroundChoice } },
      { background: { ...due, choice: paused } },
      { background: due, trusted: false },
      { background: due, sessions: foreground },
      { background: due, sessions: own },
    ];
    for (const one of refused) {
      assert.deepEqual(
        [planTick(facts(one), now).tick, planTick(facts(one), now).nextAt],
        [false, undefined],
      );
    }
    assert.equal(planTick(facts({ background: due, sessions: own, maxBackground: 2 }), now).tick, true);
  });

  test('looks again when what waits falls due, without a process', () => {
    const waiting = background({ queue: [queued('waiting', { nextRetryAt: until })] });
    const plan = planTick(facts({ background: waiting }), now);
    assert.equal(plan.tick, false);
    assert.equal(plan.nextAt, '2026-11-21T14:30:00.000Z');
  });

  test('looks again when time alone brings a nudge, without a process', () => {
    const plan = planTick(facts({ background: background({ nextNudgeAt: until }) }), now);
    assert.deepEqual([plan.tick, plan.nextAt], [false, until]);
  });

  test('again when a task that kept its entry from being started has been let go on', () => {
    const held = { background: due, tasks: [task('1', { status: 'blocked' })] };
    const last = after(held, undefined);
    assert.equal(planTick(facts({ ...held, last }), now).tick, false);
    assert.equal(planTick(facts({ background: due, tasks: [task('1')], last }), now).tick, true);
  });

  test('for jobs once at the beginning, and then at their times', () => {
    assert.equal(planTick(facts({ jobs }), now).tick, true);
    assert.equal(planTick(facts({ jobs, trusted: false }), now).tick, false);
    const last = after({ jobs }, until);
    assert.deepEqual(planTick(facts({ jobs, last }), now).nextAt, until);
    assert.equal(planTick(facts({ jobs, last }), new Date(until)).tick, true);
  });

  test('for jobs that were set up or changed since the last, whatever moment that asked for', () => {
    const often = [{ id: 'pace', cron: '*/5 * * * *', run: 'velocity' as const, enabled: true }];
    for (const before of [{ jobs }, { background: due }]) {
      const last = after(before, until);
      assert.equal(planTick(facts({ jobs: often, last }), now).tick, true);
      const next = after({ jobs: often }, until);
      assert.equal(planTick(facts({ jobs: often, last: next }), now).tick, false);
    }
  });
});
