import assert from 'node:assert/strict';
import type { ExitMap } from '../../../src/core/model/agent-profile';
import type { SessionEnd } from '../../../src/core/model/session';
import type { SessionView } from '../../../src/core/operations/task-view';
import type { QueueRendering } from '../../../src/vscode/background/queue-words';
import { decorationOf } from '../../../src/vscode/editing/decoration-badge';
import { statusBarModel } from '../../../src/vscode/status-bar-model';
import { attentionModel } from '../../../src/vscode/views/attention-model';
import type { FolderTasks } from '../../../src/vscode/views/chains-model';
import { sessionFacts } from '../../../src/vscode/views/session-facts';
import type { SessionRendering } from '../../../src/vscode/views/session-words';
import { sessionsModel } from '../../../src/vscode/views/sessions-model';
import type { TreeModel } from '../../../src/vscode/views/tree-node';
import { ended, folder, l10n, live, progress, session, snapshot, task, taskId } from './support';

const words: QueueRendering = { l10n, time: (utc) => utc.slice(11, 16) };
const running = live(session('a', { number: 2 }));

function shown(model: TreeModel): readonly (readonly [string, string])[] {
  return model.roots.map((id) => {
    const node = model.nodes.get(id);
    return [node?.label ?? '', node?.description ?? ''] as const;
  });
}

suite('the status bar item', () => {
  const barOf = (folders: readonly FolderTasks[]) => statusBarModel(folders, words, () => 'Demo');

  test('shows only numbers that are not zero, and counts an interrupted task once', () => {
    const model = barOf([
      folder(
        snapshot([
          task('1', { badges: ['ready'] }),
          task('2', { badges: ['waiting'], unmet: [taskId('1')] }),
          task('3', { badges: ['ready', 'resumable'], sessions: 1 }),
          task('4', { status: 'completed', badges: ['stale'], staleReasons: ['inputs'] }),
          task('5', { status: 'completed' }),
        ]),
      ),
    ]);
    assert.equal(model.text, '$(arrow-swap) 2 pending · 1 resumable · 1 stale');
    assert.equal(model.spoken, 'Baton: 2 pending, 1 resumable, 1 stale');
    assert.deepEqual(
      model.sections.map(({ heading, tasks }) => [heading, tasks.map(({ ref }) => ref.task)]),
      [
        ['Pending', ['1', '2']],
        ['Resumable', ['3']],
        ['Stale', ['4']],
      ],
    );
    assert.equal(model.warning, false);
  });

  test('shows what runs first, and warns of what is stale and still open alone', () => {
    const busy = task('1', { status: 'in_progress', badges: ['running'], running });
    const silent = task('2', { ...busy, badges: ['running', 'stale'], staleReasons: ['silent'] });
    assert.equal(barOf([folder(snapshot([busy]))]).text, '$(arrow-swap) 1 running');
    assert.equal(barOf([folder(snapshot([silent]))]).warning, true);
    const outdated = { badges: ['stale'], staleReasons: ['inputs'] } as const;
    assert.equal(barOf([folder(snapshot([task('3', outdated)]))]).warning, true);
    const others = [
      busy,
      task('4', { ...outdated, status: 'completed' }),
      task('5', { badges: ['ready', 'resumable'], sessions: 1 }),
      task('6', { status: 'blocked' }),
    ];
    assert.equal(barOf([folder(snapshot(others))]).warning, false);
  });

  test('keeps its name when nothing is open', () => {
    const model = barOf([folder(snapshot([task('1', { status: 'completed' })]))]);
    assert.equal(model.text, '$(arrow-swap) Baton');
    assert.equal(model.spoken, 'Baton: nothing open');
  });

  test('lists eight tasks behind a number and counts the rest', () => {
    const tasks = Array.from({ length: 11 }, (_, index) => task(String(index + 1), { badges: ['ready'] }));
    const [section] = barOf([folder(snapshot(tasks))]).sections;
    assert.equal(section?.tasks.length, 8);
    assert.equal(section?.more, 3);
  });

  test('says of each agent whose hooks are not active what that means, and no more once a hook was heard', () => {
    const deaf = task('1', {
      status: 'in_progress',
      badges: ['running'],
      running: { ...running, hooksInactive: true },
    });
    const [note, ...more] = barOf([folder(snapshot([deaf]))]).notes;
    assert.match(note?.text ?? '', /^Demo, #1: Its hooks are not active: .*Its exit is still recorded\.$/);
    assert.deepEqual(more, []);
    assert.deepEqual(barOf([folder(snapshot([task('1', { ...deaf, running })]))]).notes, []);
  });

  test('adds up the folders of a window', () => {
    const one = folder(snapshot([task('1', { badges: ['ready'] })]), 'one');
    const two = folder(snapshot([task('1', { badges: ['ready'] })]), 'two');
    assert.equal(barOf([one, two]).text, '$(arrow-swap) 2 pending');
  });
});

suite('the Attention view', () => {
  test('lists what needs a person, the most urgent first, with every reason', () => {
    const model = attentionModel(
      [
        folder(
          snapshot([
            task('1', { badges: ['ready'] }),
            task('2', { badges: ['ready', 'resumable', 'undocumented'], sessions: 1 }),
            task('3', { status: 'blocked', badges: ['resumable'] }),
            task('4', { status: 'needs_input' }),
            task('5', { status: 'completed', badges: ['stale'], staleReasons: ['inputs'] }),
            task('6', { fileProblem: 'unreadable', badges: ['broken'] }),
            task('7', { badges: ['ready'], ...progress(1, 1) }),
          ]),
        ),
      ],
      words,
    );
    assert.deepEqual(shown(model), [
      ['#4 Title 4', 'waits for your answer'],
      ['#3 Title 3', 'blocked · resumable'],
      ['#6 Title 6', 'cannot be read'],
      ['#5 Title 5', 'stale inputs'],
      ['#7 Title 7', 'ready to finalize'],
      ['#2 Title 2', 'undocumented session · resumable'],
    ]);
  });

  test('is empty when nothing needs anybody, so that its badge disappears', () => {
    const tasks = [task('1', { badges: ['ready'] }), task('2', { status: 'completed' })];
    assert.deepEqual(attentionModel([folder(snapshot(tasks))], words).roots, []);
  });
});

suite('the Sessions view', () => {
  const rendering: SessionRendering = {
    l10n,
    time: (utc: string) => utc.slice(11, 16),
    agent: () => ({ label: 'Demo', exit: undefined }),
  };
  const tasks = [task('101', { title: 'JWT Service' })];

  function rowOf(view: SessionView, exit?: ExitMap) {
    const model = sessionsModel([folder(snapshot(tasks, undefined, [view]))], {
      ...rendering,
      agent: () => ({ label: 'Demo', exit }),
    });
    const [id] = model.roots;
    const node = model.nodes.get(id ?? '');
    assert.ok(node);
    return node;
  }

  test('shows live sessions before ended ones, the latest first, with how each ended', () => {
    const sessions = [
      live(session('old', { number: 1, startedAt: '2026-11-21T08:00:00Z', end: ended({ exitCode: 7 }) })),
      live(
        session('new', {
          number: 2,
          startedAt: '2026-11-21T09:00:00Z',
          end: ended({ exitCode: null, reason: 'vanished', commits: [{ hash: 'a', subject: 'b' }] }),
        }),
      ),
      live(session('live', { number: 3, startedAt: '2026-11-21T07:00:00Z' })),
    ];
    const model = sessionsModel([folder(snapshot(tasks, undefined, sessions))], rendering);
    assert.deepEqual(shown(model), [
      ['#101 JWT Service', 'running since 07:00 · session 3 · Demo'],
      ['#101 JWT Service', 'vanished · 09:00 – 10:30 · 1 commit · session 2 · Demo'],
      ['#101 JWT Service', 'exited with 7, unexpected · 08:00 – 10:30 · session 1 · Demo'],
    ]);
  });

  test('tells every end in words, and whether it was meant', () => {
    const exit: ExitMap = { trustworthy: false, meanings: { '53': 'turn limit reached' } };
    const rows: readonly (readonly [Partial<SessionEnd>, string, string])[] = [
      [{ exitCode: 0, finalEvent: 'end', intended: true }, 'exited with 0', 'check'],
      [{ exitCode: 0 }, 'exited with 0, which says little', 'question'],
      [{ exitCode: 53 }, 'exited with 53 (turn limit reached), unexpected', 'debug-disconnect'],
      [{ exitCode: 53, intended: true }, 'exited with 53 (turn limit reached)', 'check'],
      [{ exitCode: null, signal: 'SIGKILL' }, 'ended by SIGKILL, unexpected', 'debug-disconnect'],
      [{ exitCode: null }, 'ended, exit code unknown, unexpected', 'debug-disconnect'],
      [{ exitCode: 143, reason: 'user', intended: true }, 'stopped by you', 'debug-stop'],
      [{ exitCode: null, reason: 'extension', intended: true }, 'stopped by Baton', 'debug-stop'],
      [{ exitCode: null, reason: 'shutdown' }, 'ended with the window', 'debug-disconnect'],
      [{ exitCode: null, reason: 'vanished' }, 'vanished', 'debug-disconnect'],
    ];
    for (const [end, words, icon] of rows) {
      const row = rowOf(live(session('x', { end: ended(end) })), exit);
      assert.equal(row.description, `${words} · 10:00 – 10:30 · session 1 · Demo`);
      assert.equal(row.icon, icon, words);
    }
  });

  test('shows what was asked of a session, and what is missing of it', () => {
    const stopping = rowOf(live(session('x', { stopRequestedAt: '2026-11-21T10:05:00Z' })));
    assert.match(stopping.description, /^stopping… · /);
    assert.ok(!stopping.tokens.includes('canStop'), 'a stop is asked for once');
    const deaf = rowOf({ ...live(session('x', { hooks: true })), hooksInactive: true });
    assert.match(deaf.description, /^running since 10:00 · hooks not active · /);
    assert.equal(deaf.icon, 'bell-dot');
    const heard = rowOf(live(session('x', { hooks: true, hookAt: '2026-11-21T10:00:30Z' })));
    assert.match(heard.description, /^running since 10:00 · session 1/);
    assert.ok(heard.tokens.includes('canStop'));
  });

  test('marks a session that a person started by hand, and offers no Stop for it', () => {
    const row = rowOf(live(session('x', { origin: 'external' })));
    assert.match(row.description, /^running since 10:00 · started by hand · /);
    assert.ok(row.tokens.includes('running') && !row.tokens.includes('canStop'));
  });

  test('has a hover with what the session did, and what its person was told', () => {
    const done = live(
      session('x', { end: ended({ passed: ['jwt-1'], ticked: 2, dirty: true, automaticEntry: true }) }),
    );
    assert.deepEqual(sessionFacts(done, [], rendering), [
      ['Session', '1 of #101, Demo'],
      ['Ended', 'exited with 0 · 10:00 – 10:30 · 1 feature passes'],
      ['Features that pass now', 'jwt-1'],
      ['Acceptance criteria ticked', '2'],
      ['Left behind', 'uncommitted changes'],
      ['Progress log', 'written by Baton, since the agent left no entry'],
    ]);
    const deaf = { ...live(session('x', { hooks: true })), hooksInactive: true };
    const facts = sessionFacts(deaf, ['Facts arrive once.'], rendering).map(([name]) => name);
    assert.deepEqual(facts, ['Session', 'Now', 'Last sign of life', 'Hooks', 'Process', 'Note']);
  });

  test('marks what runs in the background, and tells what a session changed', () => {
    const background = { mode: 'headless', trigger: 'automatic' } as const;
    const now = rowOf(live(session('x', background)));
    assert.match(now.description, /^in the background since 10:00 · session 1/);
    assert.ok(now.tokens.includes('hasLog'));
    const commits = [{ hash: '0123456789', subject: 'feat: sign' }];
    const end = ended({ passed: ['a', 'b'], commits, filesChanged: ['src/a.ts', 'src/b.ts'] });
    const done = live(session('x', { ...background, end }));
    assert.equal(
      rowOf(done).description,
      'exited with 0 · 10:00 – 10:30 · 2 features pass · 1 commit · 2 files · in the background · session 1 · Demo',
    );
    const facts = new Map(sessionFacts(done, [], rendering));
    assert.equal(facts.get('Commits'), '0123456 feat: sign');
    assert.equal(facts.get('Files changed'), 'src/a.ts, src/b.ts');
    assert.equal(facts.get('Started'), 'by Baton itself');
    assert.ok(!rowOf(live(session('x'))).tokens.includes('hasLog'));
  });

  test('says since when an agent is silent', () => {
    const silent = {
      ...live(session('x', { activeAt: '2026-11-21T10:05:00Z' })),
      liveness: 'silent',
    } as const;
    assert.match(rowOf(silent).description, /^running since 10:00 · silent since 10:05 · /);
  });

  test('points out a run in the background that goes on for long', () => {
    const long = { ...live(session('x', { mode: 'headless', trigger: 'automatic' })), longRunning: true };
    const row = rowOf(long);
    assert.match(row.description, /^in the background since 10:00 · long-running · /);
    assert.equal(row.icon, 'bell-dot');
    assert.ok(row.tokens.includes('canStop'));
    const [needed] = shown(attentionModel([folder(snapshot([task('1', { running: long })]))], words));
    assert.equal(needed?.[1], 'long-running in the background');
  });

  test('keeps the last twenty ended sessions and every live one', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      live(session(`ended-${index}`, { number: index + 1, end: ended() })),
    );
    const model = sessionsModel([folder(snapshot(tasks, undefined, [...many, running]))], rendering);
    assert.equal(model.roots.length, 21);
  });

  test('shows a session whose task is gone by its id', () => {
    const [row] = shown(sessionsModel([folder(snapshot([], [], [running]))], rendering));
    assert.equal(row?.[0], '#101');
  });
});

suite('the badge of a task file', () => {
  test('is at most two characters and absent for what asks for nothing', () => {
    const rows = [
      [task('1', { status: 'completed' }), '✓'],
      [task('1', { status: 'blocked' }), '!'],
      [task('1', { status: 'needs_input' }), '?'],
      [task('1', { running, status: 'in_progress' }), '▶'],
      [task('1', { badges: ['ready', 'resumable'] }), 'Ⅱ'],
      [task('1', { badges: ['ready'] }), undefined],
    ] as const;
    for (const [one, badge] of rows) {
      assert.equal(decorationOf(one, l10n)?.badge, badge);
      assert.ok((badge?.length ?? 0) <= 2);
    }
  });
});
