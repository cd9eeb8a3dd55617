// Stands for an agent: writes down exactly what it was started with, calls its hook through a shell, and ends.
import { execSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [out, settings, ...args] = process.argv.slice(2);
const { line } = JSON.parse(readFileSync(settings, 'utf8'));
const context = execSync(line, { input: '{"session_id":"native-1","source":"startup"}', encoding: 'utf8' });
const stdin = args.includes('--headless') ? readFileSync(0, 'utf8') : null;
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
const record = {
  args,
  stdin,
  env: process.env,
  cwd: process.cwd(),
  context,
  modes: [mode(settings), mode(dirname(settings))],
  packet: readFileSync(process.env.BATON_PACKET, 'utf8'),
};
writeFileSync(out, JSON.stringify(record));
console.log('the agent says hello');
