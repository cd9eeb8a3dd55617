import type { Command } from 'commander';
import { isBatonError } from '../../core/base/baton-error';
import { isOn, type Switch, switches, switchesIn } from '../../core/operations/switches';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { protocolShape } from '../../wire/protocol-shape';
import type { CliContext } from '../context';
import type { Register } from '../program';

export function addHelloCommand(program: Command, register: Register): void {
  register(
    program,
    'hello',
    'what this Baton can do, for programs: version, protocol, capabilities, what is switched off',
    (command) => command,
    async (context) => {
      const version = await context.version();
      const workspace = await folderIfAny(context);
      const off = switches.filter((one) => !isSwitchedOn(context, workspace, one));
      const { protocol, capabilities } = protocolShape();
      return {
        data: { version, protocol, capabilities, root: workspace?.root ?? null, off },
        text: [
          `Baton ${version}, protocol ${protocol.version}`,
          `Capabilities: ${capabilities.join(', ')}`,
          `Switched off: ${off.length === 0 ? 'nothing' : off.join(', ')}`,
        ].join('\n'),
      };
    },
  );
}

/** Whoever only wants to know what this is need not stand in a folder of Baton's. */
async function folderIfAny(context: CliContext): Promise<BatonWorkspace | undefined> {
  try {
    return await context.workspace({ asFound: true });
  } catch (error) {
    if (isBatonError(error, 'not_initialized')) return undefined;
    throw error;
  }
}

function isSwitchedOn({ env }: CliContext, workspace: BatonWorkspace | undefined, one: Switch): boolean {
  return workspace === undefined ? !switchesIn(env['BATON_OFF']).includes(one) : isOn(workspace, one);
}
