/**
 * What most calls of `baton hook` come to, in a bundle of its own: agents wait for it before each of their tools, and
 * loading the whole command line takes longer than all that is done here.
 */
import { resolve } from 'node:path';
import { named, quickCall } from './cli/hook-words';
import { hookBeat } from './core/operations/hook-beat';
import { SessionStore } from './core/sessions/session-store';
import { failOpen, hookInput } from './node/fail-open';
import { findWorkspaceRoot } from './node/find-workspace-root';
import { nodePorts } from './node/node-ports';
import { portablePath } from './node/portable-path';
import { stderrLogger } from './node/stderr-logger';

const { env } = process;

async function answer(): Promise<string> {
  const call = quickCall(process.argv.slice(2), env);
  // Read in any case: an agent that cannot write what it wants to say takes that for a failure.
  const stdin = await hookInput();
  if (call?.session === undefined) return '';
  const ports = nodePorts(stderrLogger('error'), { blockingReads: true });
  const cwd = process.cwd();
  const asked = named(env, 'BATON_ROOT');
  const root =
    asked === undefined
      ? await findWorkspaceRoot(ports.fs, portablePath(cwd))
      : portablePath(resolve(cwd, asked));
  return hookBeat({ sessions: new SessionStore(ports, root), ports }, call.session, { ...call, stdin });
}

void failOpen(answer);
