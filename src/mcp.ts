#!/usr/bin/env node
/** The MCP server as clients start it: `node mcp.js [--read-only | --supervise] [--root FOLDER]…`, or `baton mcp`. */
import { parseArgs } from 'node:util';
import { keepCompiledCode } from './node/keep-compiled-code';

const { values } = parseArgs({
  options: {
    'read-only': { type: 'boolean', default: false },
    root: { type: 'string', multiple: true, default: [] },
    supervise: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

async function start(): Promise<void> {
  keepCompiledCode();
  const { serveMcp } = await import('./cli-main.js');
  const { supervise, root, verbose } = values;
  await serveMcp({ readOnly: values['read-only'], supervise, roots: root, verbose });
}

void start();
