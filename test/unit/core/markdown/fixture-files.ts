/** Fixture pairs: an input beside its expectation. `UPDATE=1` rewrites expectations, a missing one fails. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve('test/fixtures/tasks');

/** Names of the inputs in a folder of fixtures: files ending in `.md` but not in `.after.md`. */
export function fixtureCases(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md') && !name.endsWith('.after.md'))
    .map((name) => name.slice(0, -'.md'.length));
}

export function readFixture(folder: string, name: string): string {
  return readFileSync(path.join(root, folder, name), 'utf8');
}

export function allStateFiles(): readonly string[] {
  return fixtureCases('reading').map((name) => readFixture('reading', `${name}.md`));
}

export function expectText(folder: string, name: string, actual: string): void {
  const file = path.join(root, folder, name);
  if (process.env['UPDATE'] === '1') writeFileSync(file, actual);
  assert.ok(existsSync(file), `${file} is missing; UPDATE=1 writes it`);
  assert.equal(actual, readFileSync(file, 'utf8'));
}

/** Compared as data, so that a formatter may lay the file out. */
export function expectJson(folder: string, name: string, actual: unknown): void {
  const file = path.join(root, folder, name);
  const plain: unknown = JSON.parse(JSON.stringify(actual));
  if (process.env['UPDATE'] === '1') writeFileSync(file, `${JSON.stringify(plain, null, 2)}\n`);
  assert.ok(existsSync(file), `${file} is missing; UPDATE=1 writes it`);
  assert.deepEqual(plain, JSON.parse(readFileSync(file, 'utf8')));
}
