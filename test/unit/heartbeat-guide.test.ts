// HEARTBEAT.md and HEARTBEAT-CONFIG.md as they ship: their examples are loaded, their commands exist, their limits are
// those of the code. Requirements 000-39 … 000-41, 002-10; regression test 3.3.8.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program';
import { configSchema, defaultConfig } from '../../src/core/model/config';
import { deferReasons } from '../../src/core/model/queue';
import { jobKinds } from '../../src/core/model/scheduler';
import { economyAgents } from '../../src/core/operations/economy-agents';
import { createHeartbeatGuide } from '../../src/core/operations/heartbeat-guide';
import { readConfig } from '../../src/core/store/layout';
import { paths } from '../../src/core/store/paths';
import { nextCronTime } from '../../src/node/next-cron-time';
import { builtInProfiles } from '../support/agent-profiles';
import { memoryWorkspace, root } from '../support/memory-workspace';

const folder = resolve(import.meta.dirname, '../../media/heartbeat');
const guide = readFileSync(resolve(folder, 'HEARTBEAT.md'), 'utf8');
const settings = readFileSync(resolve(folder, 'HEARTBEAT-CONFIG.md'), 'utf8');
const examples = [...settings.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');

suite('the examples of HEARTBEAT-CONFIG.md', () => {
  test('are settings that Baton reads without a problem and without leaving anything out', async () => {
    assert.ok(examples.length >= 3);
    for (const example of examples) {
      const { ports } = await memoryWorkspace();
      ports.fs.put(paths.config(root), example);
      const { config, problems } = await readConfig(ports.fs, root);
      assert.deepEqual(problems, [], example);
      assertHolds(config, JSON.parse(example));
    }
  });

  test('name times that come', () => {
    const now = new Date('2026-11-21T12:00:00.000Z');
    const jobs = examples.flatMap((example) => configSchema.parse(JSON.parse(example)).heartbeat.jobs);
    assert.ok(jobs.length > 0);
    for (const { cron } of jobs) assert.ok(nextCronTime(cron, now) !== undefined, cron);
    assert.deepEqual(new Set(jobs.map(({ run }) => run)), new Set(jobKinds));
  });

  test('that are said to be the defaults are the defaults', () => {
    const { autoResume, heartbeat, nudges } = defaultConfig;
    assert.deepEqual(JSON.parse(examples[0] ?? ''), { autoResume, heartbeat, nudges });
    assert.ok(guide.includes('After three failed runs') && autoResume.maxAttempts === 3);
    assert.ok(settings.includes('after 60 seconds') && autoResume.backoffSeconds === 60);
  });
});

suite('the agents of HEARTBEAT-CONFIG.md', () => {
  test('are those of the economy lane, in the order in which they are tried', () => {
    const named = [...settings.matchAll(/`([a-z]+-economy)` \(/g)].map((match) => match[1]);
    const known = builtInProfiles.map((profile) => ({
      profile,
      executable: '/usr/bin/it',
      consent: undefined,
    }));
    assert.deepEqual(
      named,
      economyAgents(known, { agents: [] }).map(({ profile }) => profile.id),
    );
  });
});

suite('both texts', () => {
  test('name only commands and options that exist', async () => {
    const program = await buildProgram({
      contextFor: () => assert.fail('nothing is run'),
      answered: () => undefined,
      print: () => undefined,
    });
    const calls = [...`${guide}\n${settings}`.matchAll(/(?:`|^ {4})baton ([a-z][^`\n]*)/gm)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(calls.length > 10);
    for (const call of calls) assertExists(program, call.split(' '));
  });

  test('call commands of the editor by their titles', () => {
    const titles: Readonly<Record<string, string>> = JSON.parse(readFileSync('package.nls.json', 'utf8'));
    const named = [...`${guide}\n${settings}`.matchAll(/\*Baton: ([^*]+)\*/g)].map(([, title]) => title);
    assert.ok(named.length > 0);
    for (const title of named) assert.ok(title !== undefined && Object.values(titles).includes(title), title);
  });

  test('name every status of the queue check, and no reason that there is not', () => {
    for (const status of ['READY', 'DEFERRED', 'NO_TASKS', 'LOCKED', 'ERROR']) {
      assert.ok(guide.includes(`| \`${status}\` |`), status);
    }
    const named = [...settings.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? '');
    for (const reason of named)
      assert.ok(
        deferReasons.some((one) => one === reason),
        reason,
      );
  });
});

suite('the guide in a workspace', () => {
  test('is copied once, and what a person made of it stays', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put('/opt/baton/media/heartbeat/HEARTBEAT.md', guide);
    assert.equal(await createHeartbeatGuide(workspace), true);
    assert.equal(ports.fs.text(paths.heartbeatGuide(root)), guide);
    ports.fs.put(paths.heartbeatGuide(root), 'mine');
    assert.equal(await createHeartbeatGuide(workspace), false);
    assert.equal(ports.fs.text(paths.heartbeatGuide(root)), 'mine');
  });
});

/** Every value of the example is in what was read. */
function assertHolds(read: unknown, written: unknown, at = 'the file'): void {
  if (typeof written !== 'object' || written === null) {
    assert.deepEqual(read, written, at);
    return;
  }
  assert.ok(typeof read === 'object' && read !== null, at);
  for (const [key, value] of Object.entries(written)) {
    assert.ok(key in read, `${at} has ${key}`);
    assertHolds(Reflect.get(read, key), value, `${at}.${key}`);
  }
}

function assertExists(program: Command, words: readonly string[]): void {
  let command = program;
  for (const word of words) {
    if (word.startsWith('--')) {
      assert.ok(
        command.options.some(({ long }) => long === word),
        `baton ${words.join(' ')}: ${word}`,
      );
      continue;
    }
    const child = command.commands.find((one) => one.name() === word);
    if (child === undefined) {
      assert.ok(command !== program, `baton ${words.join(' ')}`);
      assert.ok(command.registeredArguments.length > 0 || command.options.length > 0, words.join(' '));
    } else command = child;
  }
}
