// `npm start`: Baton in a real editor with a sample workspace, from a fresh checkout. See try-out.ts.
import { runUnderPinnedNode } from './bootstrap.mjs';

await runUnderPinnedNode('try-out.ts');
