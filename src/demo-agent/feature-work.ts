/** What the demonstration agent writes for a feature: a small module and a check that really runs. Pure. */
import type { WorkItem } from './task-file';

export interface FeatureWork {
  /** Relative to the workspace folder, `/` as separator. */
  readonly moduleFile: string;
  readonly checkFile: string;
  readonly moduleText: string;
  readonly checkText: string;
  readonly functionName: string;
}

/** Folder of a task's demonstration files, relative to the workspace folder. */
export function workFolder(taskId: string): string {
  return `demo/task-${taskId}`;
}

export function featureWork(taskId: string, item: WorkItem): FeatureWork {
  const name = fileName(item.id);
  const functionName = nameFor(item);
  return {
    moduleFile: `${workFolder(taskId)}/${name}.mjs`,
    checkFile: `${workFolder(taskId)}/${name}.check.mjs`,
    moduleText: moduleText(taskId, item, functionName),
    checkText: checkText(item, functionName, name),
    functionName,
  };
}

function moduleText(taskId: string, item: WorkItem, functionName: string): string {
  return `// ${comment(item.description)}
// Written by Baton's demonstration agent for ${item.kind} ${comment(item.id)} of task #${taskId}. It stands in for the
// real work: it takes any subject and answers with what was promised for it.

export const promise = { id: ${JSON.stringify(item.id)}, text: ${JSON.stringify(item.description)} };

export function ${functionName}(subject) {
  if (typeof subject !== 'string' || subject.trim() === '') throw new TypeError('A subject is needed');
  return { ...promise, subject: subject.trim() };
}
`;
}

function checkText(item: WorkItem, functionName: string, name: string): string {
  return `// Checks ./${name}.mjs: node ${name}.check.mjs
import assert from 'node:assert/strict';
import { ${functionName}, promise } from './${name}.mjs';

assert.equal(promise.id, ${JSON.stringify(item.id)});
for (const subject of ['Ada', 'Grace Hopper', 'Ægir ✓']) {
  assert.deepEqual(${functionName}(subject), { ...promise, subject });
}
assert.equal(${functionName}('  padded  ').subject, 'padded');
for (const nothing of ['', '   ', undefined, 7]) assert.throws(() => ${functionName}(nothing), TypeError);
console.log('ok: ${functionName}');
`;
}

/** The id itself where it can name a file; else what is left of it and a mark, so that two ids never share one. */
function fileName(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/.test(id)) return id;
  const rest = id.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+|[-_]+$/g, '');
  let mark = 0;
  for (const character of id) mark = (Math.imul(mark, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return `${rest.slice(0, 40) || 'feature'}-${mark.toString(36)}`;
}

/** A function the description names, as `generateToken()`; else one made from the id. */
function nameFor(item: WorkItem): string {
  const named = /\b([A-Za-z][A-Za-z0-9_]{1,39})\(/.exec(item.description)?.[1];
  if (named !== undefined && !taken.has(named)) return named;
  const words = item.id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `do${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') || 'It'}`.slice(
    0,
    40,
  );
}

const taken: ReadonlySet<string> = new Set(
  (
    'promise assert await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield ' +
    'arguments console subject nothing TypeError'
  ).split(' '),
);

function comment(text: string): string {
  return text.replace(/[\s\u2028\u2029]+/g, ' ').trim();
}
