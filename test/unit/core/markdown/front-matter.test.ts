import assert from 'node:assert/strict';
import matter from 'gray-matter';
import { readDocument } from '../../../../src/core/markdown/document';
import { parseYamlOnly } from '../../../../src/core/markdown/front-matter/yaml-engine';
import { outline } from '../../../../src/core/markdown/outline';

const body = '\n# Task #1: x - State\n';
const front = (yaml: string, language = '') => `---${language}\n${yaml}\n---\n${body}`;

suite('front matter', () => {
  test('a block of JavaScript with a side effect does not run, and says why it is not read', () => {
    const attack = '{ status: (globalThis.batonAttacked = true, "completed") }';
    // The attack works where nobody switched the engine off, so this test would notice.
    matter(front(attack, 'js'), { language: 'yaml' });
    assert.equal(Reflect.get(globalThis, 'batonAttacked'), true);
    Reflect.deleteProperty(globalThis, 'batonAttacked');

    for (const language of [
      'js',
      'javascript',
      ' js',
      'json',
      'coffee',
      'toml',
      'constructor',
      '__proto__',
    ]) {
      const document = readDocument(front(attack, language));
      assert.equal(document.status, 'pending');
      assert.deepEqual(
        document.problems.map((problem) => problem.code),
        ['front_matter_engine'],
        language,
      );
      outline(front(attack, language));
    }
    assert.equal(Reflect.has(globalThis, 'batonAttacked'), false);
  });

  test('no engine runs even when a language reaches gray-matter', () => {
    for (const language of ['js', 'javascript', 'JavaScript', 'json', 'coffee', 'cson', 'toml']) {
      assert.throws(() => parseYamlOnly(front('globalThis.batonAttacked = true', language)), language);
    }
    assert.equal(Reflect.has(globalThis, 'batonAttacked'), false);
  });

  test('gray-matter keeps no file in its cache', () => {
    const before = Object.keys(Reflect.get(matter, 'cache')).length;
    readDocument(front('a: {b: c}'));
    assert.equal(Object.keys(Reflect.get(matter, 'cache')).length, before);
  });

  test('aliases that multiply are not expanded', () => {
    const rows = ['a: &a [x, x]'];
    for (let i = 1; i < 60; i++)
      rows.push(`a${i}: &a${i} [*a${i > 1 ? i - 1 : ''}, *a${i > 1 ? i - 1 : ''}]`);
    const document = readDocument(front([...rows, 'depends_on: *a59', 'status: blocked'].join('\n')));
    assert.equal(document.status, 'blocked');
    assert.deepEqual(document.dependsOn, []);
  });

  test('__proto__ as a key reaches no prototype', () => {
    const document = readDocument(
      front('__proto__: {polluted: yes}\nconstructor: {prototype: {polluted: yes}}\nstatus: blocked'),
    );
    assert.equal(document.status, 'blocked');
    assert.equal(Reflect.has({}, 'polluted'), false);
  });

  test('ids stay what is written: octals, exponents, dates and leading zeros', () => {
    for (const yaml of [
      'depends_on: [100, 0101, 1e3, 2026-11-21, 0x1F]',
      'depends_on: # flow\n - 100\n - 0101\n - 1e3\n - 2026-11-21\n - 0x1F',
    ]) {
      assert.deepEqual(outline(front(yaml)).dependsOn, ['100', '0101', '1e3', '2026-11-21', '0x1F']);
    }
  });

  test('numbers that are more than a number are refused, not rounded', () => {
    for (const value of ['99999999999999999999', '1e3', '0x10', '.inf', '[1]', '2 # fine'].slice(0, 5)) {
      const document = readDocument(front(`priority: ${value}`));
      assert.equal(document.priority, undefined);
      assert.deepEqual(
        document.problems.map((problem) => problem.code),
        ['front_matter_value'],
        value,
      );
    }
    assert.equal(outline(front('priority: 2 # fine')).priority, 2);
  });

  test('a stored status is read in any case and with blanks or hyphens', () => {
    assert.equal(outline(front('status: In Progress')).status, 'in_progress');
    assert.equal(outline(front('status: needs-input')).status, 'needs_input');
  });
});
