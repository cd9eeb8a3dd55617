/**
 * A program that starts a child, which starts a grandchild, as some agents do their work in a second process of their
 * own. Descendants ignore being asked to end. Each writes its pid into the folder, under its generation, when it does.
 *
 *     node deaf-family.mjs <folder> polite|deaf
 */
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, program, folder, manners, generation = '1'] = process.argv;
const asked = manners === 'polite' && generation === '1' ? () => process.exit(0) : () => {};
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, asked);
const next = Number(generation) + 1;
if (next <= 3) spawn(process.execPath, [program, folder, manners, String(next)], { stdio: 'ignore' });
const path = join(folder, generation);
writeFileSync(`${path}.new`, String(process.pid));
renameSync(`${path}.new`, path);
setInterval(() => {}, 1000);
