// `npm run test:editor`: the tests that need a real VS Code. See editor-command.ts.
import { runUnderPinnedNode } from './bootstrap.mjs';

await runUnderPinnedNode('editor-command.ts');
