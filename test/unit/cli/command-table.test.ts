/** A command is found by its first word without loading the others (src/cli/command-table.ts). */
import assert from 'node:assert/strict';
import { Command } from 'commander';
import { commandsFor, commandTable } from '../../../src/cli/command-table';
import { buildProgram, type ProgramHost } from '../../../src/cli/program';

const host: ProgramHost = {
  contextFor: () => assert.fail('nothing is run'),
  answered: () => undefined,
  print: () => undefined,
};

const namesOf = (program: Command) => program.commands.map((command) => command.name());
const everyWord = commandTable.flatMap(({ words }) => words);

suite('the table of commands', () => {
  test('names the first words of what each file adds, and no other', async () => {
    for (const { words, load } of commandTable) {
      const program = new Command();
      (await load())(program, (parent, line) => void parent.command(line));
      assert.deepEqual(namesOf(program), words);
    }
  });

  test('names no word twice', () => {
    assert.equal(new Set(everyWord).size, everyWord.length);
  });

  test('loads the one that is called, wherever the options of all commands stand', async () => {
    const calls = [
      ['task', 'list'],
      ['--json', 'task', 'list'],
      ['--root', 'status', '--verbose', 'task', 'list'],
      ['--root=status', 'task', '--help'],
    ];
    for (const argv of calls) assert.deepEqual(namesOf(await buildProgram(host, argv)), ['task']);
  });

  test('loads all for help, for no word and for a word that is no command', async () => {
    for (const argv of [[], ['--help'], ['help', 'task'], ['tsak', 'list'], ['--root', 'task']]) {
      assert.deepEqual(namesOf(await buildProgram(host, argv)), everyWord, argv.join(' '));
      assert.equal((await commandsFor(argv)).length, commandTable.length);
    }
  });
});
