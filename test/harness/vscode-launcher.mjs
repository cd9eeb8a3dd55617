#!/usr/bin/env node
// Stands in for the desktop's `code` executable in @vscode/test-electron's runTests: it takes the same
// arguments and ends with the suite's result, but opens the VS Code server in a headless browser.
import { register } from 'tsx/esm/api';

register();
const { runLauncher } = await import('./launch-in-browser.ts');
await runLauncher(process.argv.slice(2));
