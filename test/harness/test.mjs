// `npm test`: every check of the project, in one command. See stages.ts.
import { runUnderPinnedNode } from './bootstrap.mjs';

await runUnderPinnedNode('stages.ts');
