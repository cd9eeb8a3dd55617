/** A launch on one machine, for tests of plans. */
import type { Launch } from '../../../../src/core/agents/launch-plan';
import { isTaskId } from '../../../../src/core/model/task';
import { builtInProfiles } from '../../../support/agent-profiles';
import { testHasher } from '../../../support/memory-ports';

export const sessionId = '0f5c1f9e-6a34-4d0c-9c38-1d4be0a6a111';

export function launchIn(root: string, over: Partial<Launch> = {}): Launch {
  const id = '101';
  if (!isTaskId(id)) throw new Error('no task id');
  return {
    taskId: id,
    taskFile: `${root}/task-states/task-101-state.md`,
    root,
    cwd: root,
    packet: `${root}/.baton/packets/${sessionId}.md`,
    packetText: '# Packet\n',
    protocol: { text: '# Protocol\n\nSay "why", not `what`.\n', line: 'Read the packet first.' },
    sessionId,
    sessionNumber: 1,
    resume: false,
    mode: 'interactive',
    hooks: true,
    executable: '/usr/bin/agent',
    markers: builtInProfiles.flatMap(({ childMarkers }) => childMarkers),
    sha256: (text) => testHasher.sha256(new TextEncoder().encode(text)),
    tools: {
      node: '/opt/editor/node',
      nodeEnv: { ELECTRON_RUN_AS_NODE: '1' },
      demoAgent: '/opt/baton/dist/demo-agent.js',
      cli: '/opt/baton/dist/cli.js',
      binFolder: '/opt/baton/bin',
      hookLibrary: '/opt/baton/media/hooks',
      runsFolder: '/home/ada/.cache/baton/runs',
      setUpsFolder: '/home/ada/.cache/baton/set-ups',
      home: '/home/ada',
      platform: 'linux',
      path: '/usr/local/bin:/usr/bin',
      pathDelimiter: ':',
    },
    ...over,
  };
}
