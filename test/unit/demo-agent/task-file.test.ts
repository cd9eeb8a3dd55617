/** The demonstration agent's own reading, and its edits by hand. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { appendEntryByHand, passFeatureByHand, tickByHand } from '../../../src/demo-agent/by-hand';
import { nextItem, readPacket, readTaskFile } from '../../../src/demo-agent/task-file';
import { taskText } from './demo-workspace';

const entry = { did: ['A'], issues: [], state: ['B'], next: ['C'] };

function packet(name: string): string {
  return readFileSync(new URL(`../../fixtures/packets/${name}`, import.meta.url), 'utf8');
}

suite('reading a task file as an outsider', () => {
  test('finds title, features, criteria, inputs', () => {
    assert.deepEqual(readTaskFile(taskText), {
      title: 'JWT Service',
      features: [
        { id: 'jwt-1', description: 'generateToken() creates valid JWT', passes: false },
        { id: 'jwt-2', description: 'verifyToken() validates signature', passes: false },
      ],
      criteria: [
        { text: 'Generate JWT on successful login', done: false },
        { text: 'Validate JWT on protected routes', done: false },
      ],
      inputs: ['100'],
      sessions: 0,
      nextSteps: [],
    });
  });

  test('next steps are those of the last entry', () => {
    const once = appendEntryByHand(taskText, 1, '2026-11-21 14:30', { ...entry, next: ['old'] });
    const twice = appendEntryByHand(once, 2, '2026-11-21 15:30', { ...entry, next: ['new', 'newer'] });
    const task = readTaskFile(twice);
    assert.equal(task.sessions, 2);
    assert.deepEqual(task.nextSteps, ['new', 'newer']);
  });

  test('a broken checklist is no checklist', () => {
    assert.deepEqual(readTaskFile(taskText.replace('"features"', 'features')).features, []);
  });

  test('reads both packets that Baton writes', () => {
    assert.deepEqual(readPacket(packet('first-session.md')), {
      session: 1,
      next: 'jwt-2: verifyToken() validates signature',
    });
    assert.equal(readPacket(packet('resume.md')).session, 3);
  });

  test('takes the feature the packet names while it is open, else the first open one', () => {
    const task = readTaskFile(taskText);
    const named = { session: 1, next: 'jwt-2: verifyToken() validates signature' };
    assert.equal(nextItem(task, named)?.id, 'jwt-2');
    assert.equal(nextItem(task, undefined)?.id, 'jwt-1');
    const passed = readTaskFile(passFeatureByHand(taskText, 'jwt-2', '2026-11-21T14:30:00Z'));
    assert.equal(nextItem(passed, named)?.id, 'jwt-1');
  });

  test('there is nothing next when every feature passes', () => {
    const at = '2026-11-21T14:30:00Z';
    const text = passFeatureByHand(passFeatureByHand(taskText, 'jwt-1', at), 'jwt-2', at);
    assert.equal(nextItem(readTaskFile(text), undefined), undefined);
  });
});

suite('editing a task file by hand', () => {
  test('passing a feature changes its two fields and nothing else', () => {
    const changed = passFeatureByHand(taskText, 'jwt-2', '2026-11-21T14:30:00Z');
    const restored = changed.replace(
      '"passes": true, "tested_at": "2026-11-21T14:30:00Z"',
      '"passes": false, "tested_at": null',
    );
    assert.equal(restored, taskText);
    assert.match(changed, /"jwt-2".*"passes": true, "tested_at": "2026-11-21T14:30:00Z"/);
    assert.equal(passFeatureByHand(taskText, 'unknown', 'x'), taskText);
  });

  test('ticking takes the criterion with that number', () => {
    const task = readTaskFile(tickByHand(taskText, 2));
    assert.deepEqual(
      task.criteria.map((criterion) => criterion.done),
      [false, true],
    );
  });

  test('an entry goes to the end of the Progress Log, before the rule that closes it', () => {
    const text = appendEntryByHand(taskText, 1, '2026-11-21 14:30', entry);
    assert.match(
      text,
      /## 4\. Progress Log\n\n### Session 1 - 2026-11-21 14:30\n\*\*What I did:\*\*\n- A\n\n\*\*Issues encountered:\*\*\n- None\n\n\*\*Current state:\*\*\n- B\n\n\*\*Next steps:\*\*\n- C\n\n---\n\n## 5\. Git History/,
    );
  });

  test('line ends stay as they are', () => {
    const crlf = taskText.replaceAll('\n', '\r\n');
    const text = appendEntryByHand(crlf, 1, '2026-11-21 14:30', entry);
    assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
  });
});
