/** A launch on one machine, for tests of plans. */
import type { Launch } from '../../../../src/core/agents/launch-plan';
import { builtInProfiles } from '../../../../src/core/agents/profiles';
import type { AgentProfile } from '../../../../src/core/model/agent-profile';
import { isTaskId } from '../../../../src/core/model/task';

export const sessionId = '0f5c1f9e-6a34-4d0c-9c38-1d4be0a6a111';

export function builtIn(id: string): AgentProfile {
  const profile = builtInProfiles.find((one) => one.id === id);
  if (!profile) throw new Error(`No built-in profile ${id}`);
  return profile;
}

export function launchIn(root: string, over: Partial<Launch> = {}): Launch {
  const id = '101';
  if (!isTaskId(id)) throw new Error('no task id');
  return {
    taskId: id,
    taskFile: `${root}/task-states/task-101-state.md`,
    root,
    cwd: root,
    packet: `${root}/.baton/packets/${sessionId}.md`,
    protocolFile: `${root}/.baton/packets/protocol.md`,
    sessionId,
    sessionNumber: 1,
    resume: false,
    executable: '/usr/bin/agent',
    tools: {
      node: '/opt/editor/node',
      nodeEnv: { ELECTRON_RUN_AS_NODE: '1' },
      demoAgent: '/opt/baton/dist/demo-agent.js',
      cli: '/opt/baton/dist/cli.js',
      binFolder: '/opt/baton/bin',
      path: '/usr/local/bin:/usr/bin',
      pathDelimiter: ':',
    },
    ...over,
  };
}
