/** What is remembered against what stands in files: taken in, brought up to date, made again. Requirements 001-26 … 001-35. */
import assert from 'node:assert/strict';
import { outputPlaceholder } from '../../../../src/core/markdown/skeleton';
import { memoryId } from '../../../../src/core/memory/memory-id';
import type { MemoryItem } from '../../../../src/core/model/memory';
import { addFeature } from '../../../../src/core/operations/add-feature';
import { addNote } from '../../../../src/core/operations/add-note';
import { createTask } from '../../../../src/core/operations/create-task';
import { MemoryPlaces } from '../../../../src/core/operations/memory-place';
import { openMemory as openLongTerm } from '../../../../src/core/operations/open-memory';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { queryMemory } from '../../../../src/core/operations/query-memory';
import { recallMemory } from '../../../../src/core/operations/recall-memory';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import { relevantMemory } from '../../../../src/core/operations/relevant-memory';
import { type SyncReport, syncMemory } from '../../../../src/core/operations/sync-memory';
import { bringMemoryUpToDate, memoryStatus } from '../../../../src/core/operations/use-memory';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { FaultyFileSystem } from '../../../support/memory-faults';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { someEnd, startInput } from '../sessions/session-example';

const state = `${root}/task-states/task-1-state.md`;
const archive = `${root}/task-states/task-1-archive.md`;

async function sync(workspace: BatonWorkspace): Promise<SyncReport> {
  const memory = await openLongTerm(workspace);
  try {
    return await syncMemory(workspace, memory);
  } finally {
    await memory.store.close();
  }
}

async function current(workspace: BatonWorkspace): Promise<readonly MemoryItem[]> {
  const memory = await openLongTerm(workspace);
  try {
    await syncMemory(workspace, memory);
    return await memory.store.itemsOf({}, 1000);
  } finally {
    await memory.store.close();
  }
}

/** Two tasks with a log, a checklist and a decision that was corrected. */
async function project(): Promise<{ readonly ports: TestPorts; readonly workspace: BatonWorkspace }> {
  const { ports, workspace } = await memoryWorkspace();
  await createTask(workspace, { title: 'Token service' });
  await createTask(workspace, { title: 'Login page', dependsOn: ['1'] });
  await addFeature(workspace, '1', { id: 'jwt-1', description: 'Tokens are signed with RS256' });
  await addNote(workspace, { kind: 'decision', text: 'Sign tokens with HS256', task: '1' });
  await addNote(workspace, {
    kind: 'correction',
    text: 'Sign tokens with RS256, keys rotate daily',
    supersedes: 1,
  });
  const none = { issues: [], state: [], next: [] };
  await recordProgress(workspace, '1', {
    ...none,
    did: ['Wrote `TokenService.sign()`'],
    next: ['Rotate the keys'],
  });
  ports.clock.advance(60_000);
  await recordProgress(workspace, '1', { ...none, did: ['Fixed ERR_OSSL_UNSUPPORTED in key loading'] });
  ports.clock.advance(60_000);
  return { ports, workspace };
}

suite('bringing memory up to date', () => {
  test('takes in every kind, with task, time, place and whose words they are', async () => {
    const { workspace } = await project();
    const items = await current(workspace);
    const told = items.map(({ kind, detail, title, provenance, task }) => [
      kind,
      detail,
      title,
      provenance,
      task,
    ]);
    assert.deepEqual(
      told.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      [
        ['checklist', 'jwt-1', 'jwt-1 does not pass yet: Tokens are signed with RS256', 'person', '1'],
        ['note', 'correction', 'Sign tokens with RS256, keys rotate daily', 'person', '1'],
        ['progress', null, 'Fixed ERR_OSSL_UNSUPPORTED in key loading', 'person', '1'],
        ['progress', null, 'Wrote `TokenService.sign()`', 'person', '1'],
      ],
    );
  });

  test('takes in sessions, plans, chain outputs and daily notes as well, with the same ids when the file is deleted', async () => {
    const { ports, workspace } = await project();
    for (const trigger of ['manual', 'automatic'] as const) {
      const one = await workspace.sessions.start({ ...startInput, task: taskId('1'), trigger });
      await workspace.sessions.end(one.id, { ...someEnd, at: ports.clock.now().toISOString() });
    }
    const text = ports.fs.text(state) ?? '';
    ports.fs.put(state, text.replace(outputPlaceholder, 'Keys are rotated by `rotate-keys`.'));
    ports.fs.put(
      `${paths.plans(root)}/p1.json`,
      JSON.stringify({ id: 'p1', goal: 'Users log in', tasks: ['Schema'] }),
    );
    ports.fs.put(`${paths.memory(root)}/2026-11-20.md`, '## Thoughts\nThe queue should be bounded.\n');
    ports.clock.advance(60_000);
    const taken = await current(workspace);
    const of = (wanted: string) => taken.filter(({ kind }) => kind === wanted).map(({ text }) => text);
    // What ran by itself leaves nothing.
    assert.deepEqual([of('session_start').length, of('session_end').length], [1, 1]);
    assert.deepEqual(of('plan'), ['Users log in\n- Schema']);
    assert.match(of('output').join(), /rotate-keys/);
    assert.ok(of('note').some((note) => note.includes('The queue should be bounded.')));
    await ports.fs.remove(paths.memoryJson(root));
    const again = await current(await openMemory(ports));
    const named = (items: readonly MemoryItem[]) => items.map(({ id, text }) => `${id} ${text}`);
    assert.deepEqual(named(again), named(taken));
  });

  test('reads nothing and writes nothing where nothing has changed', async () => {
    const { ports, workspace } = await project();
    await sync(workspace);
    const before = ports.fs.text(paths.memoryJson(root));
    const again = await sync(await openMemory(ports));
    assert.deepEqual([again.read, again.added, again.changed, again.left], [0, 0, 0, 0]);
    assert.equal(ports.fs.text(paths.memoryJson(root)), before);
  });

  test('writes nothing for a session that goes on, though its record is read each time', async () => {
    const { ports, workspace } = await project();
    const { id } = await workspace.sessions.start({ ...startInput, task: taskId('1') });
    await sync(workspace);
    const before = ports.fs.text(paths.memoryJson(root));
    assert.equal((await sync(await openMemory(ports))).read, 1);
    assert.equal(ports.fs.text(paths.memoryJson(root)), before);
    await workspace.sessions.end(id, { ...someEnd, at: ports.clock.now().toISOString() });
    assert.equal((await sync(workspace)).added, 1);
    assert.notEqual(ports.fs.text(paths.memoryJson(root)), before);
  });

  test('reads only the file that changed, and gives what changed in it a new version under its id', async () => {
    const { ports, workspace } = await project();
    const before = await current(workspace);
    await passFeature(workspace, '1', 'jwt-1', { manual: 'signed and verified one' });
    ports.clock.advance(60_000);
    const report = await sync(workspace);
    assert.deepEqual([report.read, report.added, report.changed], [1, 0, 1]);
    const after = await current(workspace);
    const of = (items: readonly MemoryItem[]) => items.find(({ kind }) => kind === 'checklist');
    assert.equal(of(after)?.id, of(before)?.id);
    assert.deepEqual([of(before)?.version, of(after)?.version], [1, 2]);
    assert.match(of(after)?.text ?? '', /It passes[\s\S]*signed and verified one/);
  });

  test('keeps every id when the memory is lost and made again', async () => {
    const { ports, workspace } = await project();
    const ids = (items: readonly MemoryItem[]) => items.map(({ id }) => id).sort();
    const before = ids(await current(workspace));
    await ports.fs.remove(paths.memoryJson(root));
    assert.deepEqual(ids(await current(await openMemory(ports))), before);
  });

  test('keeps an entry current, under its id, when it moves to the archive, also where a crash left it in both', async () => {
    const { ports, workspace } = await project();
    const first = (await current(workspace)).find(({ title }) => title.includes('sign()'));
    const text = ports.fs.text(state) ?? '';
    const start = text.indexOf('### Session 1');
    const end = text.indexOf('### Session 2');
    ports.fs.put(archive, `# Token service - Archive\n\n${text.slice(start, end)}`);
    ports.clock.advance(60_000);
    for (const step of ['in both', 'in the archive alone']) {
      const found = (await current(workspace)).find(({ id }) => id === first?.id);
      assert.equal(found?.source.path, 'task-states/task-1-archive.md', step);
      assert.equal(found?.version, 1, step);
      ports.fs.put(state, text.slice(0, start) + text.slice(end));
      ports.clock.advance(60_000);
    }
  });

  test('knows every entry of one session and minute, also when the archive has the first of them', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'Token service' });
    const entry = (words: string) => `### Session 1 - 2026-11-20 10:00\n\n- ${words}\n\n`;
    const text = ports.fs.text(state) ?? '';
    const at = text.indexOf('---\n\n## 5. Git History');
    const write = (old: string, log: string) => {
      if (old !== '') ports.fs.put(archive, `# Token service - Archive\n\n${old}`);
      ports.fs.put(state, `${text.slice(0, at)}${log}${text.slice(at)}`);
      ports.clock.advance(60_000);
    };
    const [one, two, three] = [entry('One'), entry('Two'), entry('Three')];
    const ids = async () => (await current(workspace)).map(({ id, title }) => `${title} ${id}`).sort();
    write('', one + two + three);
    const before = await ids();
    assert.equal(before.length, 3);
    write(one, one + two + three);
    assert.deepEqual(await ids(), before);
    write(one, two + three);
    assert.deepEqual(await ids(), before);
    write(one + two, three);
    assert.deepEqual(await ids(), before);
  });

  test('takes nobody for the writer of what they only looked up', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'Token service' });
    await addFeature(workspace, '1', { id: 'jwt-1', description: 'Tokens are signed' });
    const foreign = (ports.fs.text(state) ?? '').replace('# Task #1:', '# Task #9:');
    ports.fs.put(`${root}/task-states/task-9-state.md`, foreign);
    ports.clock.advance(60_000);
    const feature = async () => (await current(workspace)).find(({ task }) => task === '9');
    const found = await feature();
    assert.equal(found?.provenance, 'untrusted');
    await recallMemory(workspace, found.id);
    ports.fs.put(`${root}/task-states/task-9-state.md`, foreign.replace('are signed', 'are not signed'));
    ports.clock.advance(60_000);
    assert.deepEqual([(await feature())?.version, (await feature())?.provenance], [2, 'untrusted']);
  });

  test('lets what is gone from its file, and whose file is gone, be no longer current, and forgets none of it', async () => {
    const { ports, workspace } = await project();
    const before = await current(workspace);
    const text = ports.fs.text(state) ?? '';
    ports.fs.put(state, text.slice(0, text.indexOf('### Session 2')));
    assert.equal((await current(workspace)).length, before.length - 1);
    await ports.fs.remove(state);
    const left = await current(workspace);
    assert.deepEqual(
      left.map(({ kind }) => kind),
      ['note'],
    );
    const gone = before.find(({ title }) => title.includes('sign()'));
    const { recalled } = await recallMemory(workspace, gone?.id ?? '', { full: true });
    assert.deepEqual([recalled[0]?.item.current, recalled[0]?.text], [false, gone?.text]);
  });

  test('does not take in what was recalled, nor the same words twice', async () => {
    const { ports, workspace } = await project();
    const [first] = await current(workspace);
    const pasted = [`[${first?.id}] ${first?.text.split('\n')[0]}`, `> [${first?.id}] ${first?.title}`];
    const none = { issues: [], state: [], next: [] };
    await recordProgress(workspace, '2', { ...none, did: pasted });
    await recordProgress(workspace, '1', {
      ...none,
      did: ['Wrote `TokenService.sign()`'],
      next: ['Rotate the keys'],
    });
    ports.clock.advance(60_000);
    const report = await sync(workspace);
    assert.deepEqual([report.added, report.repeated], [0, 1]);
  });

  test('is nothing that a file without rights can stop', async () => {
    const { ports, workspace } = await project();
    ports.fs.put(`${root}/.baton/memory/plans/p.json`, '{"id":"p","goal":"Ship it"}');
    ports.fs.put(`${root}/.baton/memory/plans/q.json`, '{');
    const report = await sync(workspace);
    assert.equal(report.left, 0);
    assert.ok(
      (await current(workspace)).some(({ kind, title }) => kind === 'plan' && title === 'Plan: Ship it'),
    );
  });
});

suite('asking the memory', () => {
  test('finds a decision by its words and never shows what was superseded as current', async () => {
    const { workspace } = await project();
    const { results, mode } = await queryMemory(workspace, { text: 'HS256' });
    assert.equal(mode, 'json');
    assert.ok(results.every(({ item, supersededBy }) => item.current || supersededBy !== undefined));
    const old = results.find(({ item }) => item.title.includes('HS256'));
    assert.match(old?.supersededBy?.title ?? '', /RS256, keys rotate daily/);
  });

  test('says where it stands: file and line', async () => {
    const { ports, workspace } = await project();
    const { results } = await queryMemory(workspace, { text: 'ERR_OSSL_UNSUPPORTED', task: '1' });
    const place = results[0]?.place;
    assert.equal(place?.path, 'task-states/task-1-state.md');
    assert.match((ports.fs.text(state) ?? '').split('\n')[(place?.line ?? 0) - 1] ?? '', /^### Session 2/);
    const note = await queryMemory(workspace, { text: 'keys rotate daily', kinds: ['note'] });
    assert.deepEqual([note.results[0]?.place.anchor, note.results[0]?.place.line], ['2', 2]);
  });

  test('says so at once, whatever the lines of the file are made of', async () => {
    const { ports, workspace } = await project();
    ports.fs.put(`${root}/notes.md`, `x${' '.repeat(20_000)}y\n## Auth ##\t\nAuth`);
    const source = { path: 'notes.md', anchor: 'Auth' };
    const { line } = await new MemoryPlaces(workspace).of({ kind: 'document', source });
    assert.equal(line, 2);
  });

  test('answers also where what is new cannot be written any more', async () => {
    const { ports, workspace } = await project();
    await sync(workspace);
    await recordProgress(workspace, '2', { did: ['Found ERR_LATE'], issues: [], state: [], next: [] });
    const fs = new FaultyFileSystem(ports.fs);
    const full = await openMemory({ ...ports, fs });
    fs.onOperation = (at, operation) => {
      if (/^createExclusive .*memory\.json/.test(operation))
        fs.fail({ at, sticky: false, errno: 'ENOSPC', leaves: 'nothing' });
    };
    const { results, troubles } = await queryMemory(full, { text: 'ERR_LATE' });
    assert.equal(results[0]?.item.task, '2');
    assert.ok(troubles?.some(({ kind }) => kind === 'behind'));
    await assert.rejects(bringMemoryUpToDate(full), { code: 'io_failed' });
  });

  test('says in its status, too, what is not as it should be', async () => {
    const { ports, workspace } = await project();
    ports.fs.put(`${paths.memory(root)}/memory.db.damaged-7`, 'x');
    const { troubles = [] } = await memoryStatus(workspace);
    assert.deepEqual(
      troubles.map(({ kind }) => kind),
      ['set_aside', 'no_database'],
    );
  });

  test('recalls by id, by version and by topic, shortened unless asked, and notes that it did', async () => {
    const { ports, workspace } = await project();
    const long = Array.from({ length: 60 }, (_, at) => `Point ${at} of the migration to the new broker`);
    await recordProgress(workspace, '2', { did: long, issues: [], state: [], next: [] });
    ports.clock.advance(60_000);
    const id = (await queryMemory(workspace, { text: 'migration broker' })).results[0]?.item.id ?? '';
    const short = (await recallMemory(workspace, id)).recalled[0];
    const whole = (await recallMemory(workspace, `${id}:1`, { full: true })).recalled[0];
    assert.deepEqual([short?.isWhole, whole?.isWhole], [false, true]);
    assert.ok((short?.text.length ?? 0) < 700 && (whole?.text ?? '').includes('Point 59'));
    assert.equal((await recallMemory(workspace, 'broker migration')).recalled[0]?.item.id, id);
    const memory = await openLongTerm(workspace);
    const { events } = await memory.store.events(0, 100);
    await memory.store.close();
    assert.equal(events.filter(({ kind, ids }) => kind === 'recalled' && ids[0] === id).length, 3);
  });

  test('recalls what was summarised: the summary first, the whole on request, and by the summary’s own id', async () => {
    const { workspace } = await project();
    const item = (await current(workspace)).find(({ title }) => title.includes('ERR_OSSL'));
    assert.ok(item !== undefined);
    const memory = await openLongTerm(workspace);
    const summary = memoryId(workspace.ports.hasher, 'summary', 'x');
    const of = [{ id: item.id, version: 1 }];
    await memory.store.addSummary({
      id: summary,
      task: item.task,
      session: 2,
      of,
      text: 'Key loading fixed',
      at: item.at,
    });
    await memory.store.close();
    const [short] = (await recallMemory(workspace, item.id)).recalled;
    assert.deepEqual([short?.text, short?.isWhole], ['Key loading fixed', false]);
    const [whole] = (await recallMemory(workspace, item.id, { full: true })).recalled;
    assert.deepEqual([whole?.text, whole?.summaries.length], [item.text, 1]);
    assert.equal((await recallMemory(workspace, summary)).recalled[0]?.item.id, item.id);
  });

  test('refuses an id that nothing is remembered under, no words, and a memory that is off', async () => {
    const { workspace } = await project();
    await assert.rejects(recallMemory(workspace, 'm-aaaaaaaaaaaaaaaa'), /Nothing is remembered under/);
    await assert.rejects(queryMemory(workspace, { text: '  ' }), /empty/);
    const off: BatonWorkspace = { ...workspace, acting: { ...workspace.acting, off: ['memory'] } };
    await assert.rejects(queryMemory(off, { text: 'x' }), { code: 'switched_off' });
    assert.deepEqual(await relevantMemory(off, taskId('1')), []);
  });
});

suite('what a packet tells of earlier work', () => {
  test('is what bears on the next feature and stands elsewhere, never the own log or decisions in force', async () => {
    const { ports, workspace } = await project();
    await createTask(workspace, { title: 'Key rotation for tokens' });
    await addFeature(workspace, '3', {
      id: 'rot-1',
      description: 'Signing keys of tokens rotate without downtime',
    });
    await recordProgress(workspace, '3', { did: ['Signing keys rotate'], issues: [], state: [], next: [] });
    ports.clock.advance(60_000);
    const items = await relevantMemory(workspace, taskId('3'));
    assert.deepEqual(items.map(({ kind, detail, task, text }) => [kind, detail, task, text]).sort(), [
      ['note', 'correction', '1', 'Sign tokens with RS256, keys rotate daily'],
      ['progress', null, '1', '- Wrote `TokenService.sign()` … - Rotate the keys'],
    ]);
    assert.deepEqual(await relevantMemory(workspace, taskId('2')), []);
  });

  test('is not narrowed by a word of the feature that would be a time in a question', async () => {
    const { ports, workspace } = await project();
    await createTask(workspace, { title: 'Key rotation' });
    await addFeature(workspace, '3', {
      id: 'rot-1',
      description: 'Signing keys of session 1 that rotate today',
    });
    ports.clock.advance(3 * 86_400_000);
    const none = { issues: [], state: [], next: [] };
    await recordProgress(workspace, '2', { ...none, did: ['The form shows signing keys'] });
    ports.clock.advance(60_000);
    const items = await relevantMemory(workspace, taskId('3'));
    assert.deepEqual(items.map(({ kind, task }) => `${kind} ${task}`).sort(), [
      'note 1',
      'progress 1',
      'progress 2',
    ]);
  });
});
