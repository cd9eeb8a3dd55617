/**
 * The real program of an agent in a real window: a VS Code server with a home and an environment of its own, and a model
 * server on loopback in the vendor's place. Only agents that are cached are there (see test/README.md).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { AgentProbe, AgentProfile } from '../../../src/core/model/agent-profile';
import { type ModelScript, ModelServer } from '../../../src/doctor/model-server';
import { packetNamed } from '../../../src/doctor/model-words';
import { probedProfile, probeFiles, readStep, shellStep } from '../../../src/doctor/probe-profile';
import { agentsUnderTest } from '../../harness/agents';
import { extensionDir } from '../../harness/project';
import { startServer, type VsCodeServer } from '../../harness/vscode-server';
import { type WorkbenchOptions, withWorkbench } from './workbench';
import type { WorkbenchWindow } from './workbench-window';

export interface RealAgent {
  readonly profile: AgentProfile;
  readonly probe: AgentProbe;
  readonly executable: string;
}

/** Undefined when it is not in the cache. */
export function cachedAgent(id: string): RealAgent | undefined {
  const found = agentsUnderTest().find(({ profile }) => profile.id === id);
  if (found?.profile.probe === undefined) return undefined;
  return { ...found, probe: found.profile.probe };
}

export interface AgentWindow {
  readonly workbench: WorkbenchWindow;
  readonly model: ModelServer;
  readonly home: string;
}

/** What stays of the surroundings: where programs are, and how text is written. No key, no account, no proxy. */
const kept = new Set(['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'SHELL', 'USER', 'LD_LIBRARY_PATH']);

/** What is under test stays the version that was installed. */
const quiet = { DISABLE_AUTOUPDATER: '1' };

/** Opens a window in which an agent can be launched, and ends everything afterwards. */
export async function withAgentWindow(
  { profile, probe, executable }: RealAgent,
  options: WorkbenchOptions,
  body: (window: AgentWindow) => Promise<void>,
): Promise<void> {
  const model = new ModelServer(probe.aside === undefined ? [] : [probe.aside]);
  const modelUrl = await model.listen();
  let server: VsCodeServer | undefined;
  try {
    const taken = Object.keys(process.env).filter((name) => !kept.has(name));
    // Agents written in JavaScript ask for `node`; the one that runs this test is new enough for all of them.
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    const env = { ...Object.fromEntries(taken.map((name) => [name, undefined])), PATH: path, ...quiet };
    server = await startServer({ extension: extensionDir, env });
    const { home } = server;
    const around = { home, workspace: '', modelUrl };
    const settings = {
      ...options.settings,
      'baton.agents': { [profile.id]: probedProfile(profile, executable, around) },
    };
    await withWorkbench({ ...options, server, settings }, async (workbench) => {
      for (const { path: name, text } of probeFiles(profile.id, probe, {
        ...around,
        workspace: workbench.folder,
      })) {
        await mkdir(dirname(join(home, name)), { recursive: true });
        await writeFile(join(home, name), text);
      }
      await body({ workbench, model, home });
    });
  } finally {
    await server?.stop();
    await model.close();
  }
}

/**
 * Reads the packet that its prompt names, wants to end its turn, and writes a progress entry when Baton's stop hook asks
 * for one, by Baton's command as any agent does.
 *
 * @param entry arguments of `baton progress`
 */
export function workingModel(probe: AgentProbe, entry: readonly string[]): ModelScript {
  const words = entry.map((word) => (/^[\w-]+$/.test(word) ? word : `'${word}'`));
  // Some agents run commands in a login shell, which makes a PATH of its own; the variable reaches those too.
  const command = ['"$BATON_COMMAND"', 'progress', ...words];
  return (turn, number) => {
    const packet = packetNamed(turn);
    if (number === 0 && packet !== undefined)
      return readStep(probe, packet) ?? { say: 'I cannot read files.' };
    if (number === 2) return shellStep(probe, command.join(' ')) ?? { say: 'I have no shell.' };
    return { say: 'Done for now.' };
  };
}
