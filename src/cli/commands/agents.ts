import type { Command } from 'commander';
import { listAgents } from '../../core/operations/list-agents';
import type { Register } from '../program';
import { style } from '../text';

export function addAgentsCommand(program: Command, register: Register): void {
  register(
    program,
    'agents',
    'agents Baton knows, and which are installed',
    (command) => command,
    async (context) => {
      const { agents, problems } = await listAgents(await context.workspace(), await context.userProfiles());
      for (const problem of problems) context.output.err(`baton: ${problem}\n`);
      const styled = style(context.output.colour);
      return {
        data: {
          agents: agents.map(({ profile, executable }) => ({
            id: profile.id,
            label: profile.label,
            lane: profile.lane,
            installed: executable !== undefined,
            executable: executable ?? null,
          })),
          problems,
        },
        text: agents
          .map(({ profile, executable }) =>
            executable === undefined
              ? styled.dim(`${profile.id}  not installed. ${profile.install}`)
              : `${styled.bold(profile.id)}  ${profile.label}  ${styled.dim(executable)}`,
          )
          .join('\n'),
      };
    },
  );
}
