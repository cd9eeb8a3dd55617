/** A Baton workspace folder in memory, opened as a surface would open it. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Acting, type BatonWorkspace, openWorkspace } from '../../src/core/operations/workspace';
import type { Ports } from '../../src/core/ports';
import { initialise } from '../../src/core/store/layout';
import { type TestPorts, testPorts } from './memory-ports';

export const root = '/project';
const protocolFolder = '/opt/baton/media/protocol';
const agentsFolder = '/opt/baton/media/agents';
const sources = resolve(import.meta.dirname, '../../media/protocol');
const agentSources = resolve(import.meta.dirname, '../../media/agents');

/** Everything a launch needs: the built-in texts, and one agent that is installed. */
export async function memoryWorkspace(
  options: { readonly ports?: TestPorts; readonly acting?: Partial<Acting> } = {},
): Promise<{ readonly ports: TestPorts; readonly workspace: BatonWorkspace }> {
  const ports = options.ports ?? testPorts();
  for (const name of readdirSync(sources)) {
    ports.fs.put(`${protocolFolder}/${name}`, readFileSync(resolve(sources, name), 'utf8'));
  }
  for (const name of readdirSync(agentSources)) {
    ports.fs.put(`${agentsFolder}/${name}`, readFileSync(resolve(agentSources, name), 'utf8'));
  }
  ports.processes.programs.set('claude', '/usr/bin/claude');
  await initialise(ports, root);
  return { ports, workspace: await openMemory(ports, options.acting) };
}

/** Another process over the same disk, or the same one over a disk that fails. */
export function openMemory(ports: Ports, acting: Partial<Acting> = {}): Promise<BatonWorkspace> {
  const resources = {
    protocolFolder,
    demoAgent: '/opt/baton/dist/demo-agent.js',
    cli: '/opt/baton/dist/cli.js',
    binFolder: '/opt/baton/bin',
    node: '/usr/bin/node',
    nodeEnv: {},
    path: '/usr/bin',
    pathDelimiter: ':' as const,
    agentsFolder,
    hookLibrary: '/opt/baton/media/hooks',
    runsFolder: '/home/ada/.cache/baton/runs',
    setUpsFolder: '/home/ada/.cache/baton/set-ups',
    home: '/home/ada',
    platform: 'linux',
  };
  return openWorkspace(ports, root, resources, { actor: 'person', surface: 'cli', ...acting });
}
