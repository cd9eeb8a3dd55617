// What people and programs call by name: nothing of an earlier version goes away. Requirements 001-71, 001-86.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { buildProgram, type ProgramHost } from '../../src/cli/program';
import { commandIds, settingIds } from '../../src/vscode/contributions';
import { capabilities } from '../../src/wire/envelope';

interface Surface {
  readonly commands: readonly string[];
  readonly settings: readonly string[];
  readonly capabilities: readonly string[];
  readonly verbs: readonly string[];
}

const earlier = JSON.parse(readFileSync('test/fixtures/protocol/surface-0.1.json', 'utf8')) as Surface;

const host: ProgramHost = {
  contextFor: () => assert.fail('nothing is run'),
  answered: () => undefined,
  print: () => undefined,
};

function verbsOf(parent: Command, path: readonly string[] = []): readonly string[] {
  return parent.commands.flatMap((command) => {
    const own = [...path, command.name()];
    return [own.join(' '), ...verbsOf(command, own)];
  });
}

const missing = (before: readonly string[], now: readonly string[]) => {
  assert.notEqual(before.length, 0);
  return before.filter((one) => !now.includes(one));
};

suite('the public surface', () => {
  test('keeps every command of the editor', () => {
    assert.deepEqual(missing(earlier.commands, Object.values(commandIds)), []);
  });

  test('keeps every setting of the editor', () => {
    assert.deepEqual(missing(earlier.settings, Object.values(settingIds)), []);
  });

  test('keeps every verb of the command line', async () => {
    assert.deepEqual(missing(earlier.verbs, verbsOf(await buildProgram(host))), []);
  });

  test('keeps every capability, and names each once', () => {
    assert.deepEqual(missing(earlier.capabilities, capabilities), []);
    assert.equal(new Set(capabilities).size, capabilities.length);
  });

  test('tells every verb as a capability, but for the other half of one and what only agents call', async () => {
    const verbs = (await buildProgram(host)).commands.map((command) => command.name());
    const untold = ['criterion', 'unblock', 'answer', 'hook'];
    assert.deepEqual(missing(verbs, [...capabilities, ...untold]), []);
    assert.deepEqual(missing(untold, verbs), []);
  });
});
