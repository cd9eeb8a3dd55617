/**
 * An agent that minds being two: it leaves a mark while it runs, and tells when somebody else's was there. Writes who
 * it was to `runs.jsonl`, with its arguments, and runs for as long as it is told.
 */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.LONE_FOLDER;
const task = process.env.BATON_TASK_ID;
const mark = join(folder, `alive-${task}`);
const note = (fact) =>
  appendFileSync(join(folder, 'runs.jsonl'), `${JSON.stringify({ task, pid: process.pid, ...fact })}\n`);

try {
  writeFileSync(mark, String(process.pid), { flag: 'wx' });
} catch {
  const other = Number(readFileSync(mark, 'utf8'));
  try {
    process.kill(other, 0);
    note({ twice: other });
  } catch {
    // It was killed, so its mark stands for nobody.
  }
  writeFileSync(mark, String(process.pid));
}
note({ args: process.argv.slice(2), session: process.env.BATON_SESSION_ID });
console.log(process.env.LONE_SAYS ?? 'working');
setTimeout(
  () => {
    rmSync(mark, { force: true });
    process.exit(Number(process.env.LONE_CODE ?? 0));
  },
  Number(process.env.LONE_MS ?? 0),
);
