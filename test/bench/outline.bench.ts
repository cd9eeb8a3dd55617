/**
 * What reading 10,000 state files costs beside reading their bytes, in one run: `npx tsx test/bench/outline.bench.ts`.
 * The aim is 3 times the disk, the limit 5 (architecture.md: nothing that needs every file may call remark).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDocument } from '../../src/core/markdown/document';
import { outline } from '../../src/core/markdown/outline';
import { generateTasks } from './generate-tasks';

const count = 10_000;
const sampleSize = 300;
const rounds = 5;

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function bench(folder: string): void {
  const files = [...generateTasks(count)].map(({ id, text }) => {
    const file = path.join(folder, `task-${id}-state.md`);
    writeFileSync(file, text);
    return file;
  });
  const reading: number[] = [];
  const outlining: number[] = [];
  let texts: string[] = [];
  // Alternating, so that a busy machine slows both; the first round warms caches and compiler and is left out.
  for (let round = 0; round <= rounds; round++) {
    const read = milliseconds(() => {
      texts = files.map((file) => readFileSync(file, 'utf8'));
    });
    const outlined = milliseconds(() => {
      for (const text of texts) outline(text);
    });
    if (round > 0) {
      reading.push(read);
      outlining.push(outlined);
    }
  }
  const sample = texts.slice(0, sampleSize);
  for (const text of sample) readDocument(text);
  const documents = milliseconds(() => {
    for (const text of sample) readDocument(text);
  });
  print(texts, median(reading), median(outlining), documents);
}

function print(texts: readonly string[], read: number, outlined: number, documents: number): void {
  const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1_000_000;
  const row = (what: string, perFile: number) => ({
    what,
    'µs a file': Number((perFile * 1000).toFixed(1)),
    'times the disk': Number((perFile / (read / count)).toFixed(2)),
  });
  console.log(`${count} state files, ${megabytes.toFixed(0)} MB, median of ${rounds} rounds`);
  console.table([
    row('read from disk', read / count),
    row('outline', outlined / count),
    row(`readDocument (${sampleSize})`, documents / sampleSize),
  ]);
}

const folder = mkdtempSync(path.join(tmpdir(), 'baton-bench-'));
try {
  bench(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
