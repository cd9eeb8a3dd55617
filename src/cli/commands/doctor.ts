import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import type { AgentProof, ProofResult } from '../../core/model/agent-proof';
import { agentNamed, type KnownAgent, listAgents } from '../../core/operations/list-agents';
import type { Answer, CliContext } from '../context';
import type { Register } from '../program';
import { type Style, style } from '../text';

/** @param agents the command that holds those about agents */
export function addDoctorCommand(agents: Command, register: Register): void {
  register(
    agents,
    'doctor [agent...]',
    'prove offline that installed agents start, read the packet, run hooks, resume and reach the MCP server; about 10 s for each',
    (command) => command,
    examine,
  );
}

async function examine(context: CliContext, wanted: readonly string[]): Promise<Answer> {
  const machine = context.machine();
  const { agents, problems } = await listAgents(machine, await context.userProfiles(), { versions: true });
  for (const problem of problems) context.output.err(`baton: ${problem}\n`);
  const chosen = wanted.length === 0 ? agents : wanted.map((name) => agentNamed(agents, name));
  const installed = chosen.flatMap(({ profile, executable }) =>
    executable === undefined ? [] : [{ profile, executable }],
  );
  const absent = chosen.filter(({ executable }) => executable === undefined);
  if (wanted.length > 0) absent.forEach(refuseAbsent);
  const styled = style(context.output.colour);
  const proofs = await context.proveAgents(installed, ({ label, milliseconds }) =>
    context.output.err(`${label} examined in ${(milliseconds / 1000).toFixed(1)} s\n`),
  );
  const versions = new Map(chosen.map(({ profile, version }) => [profile.id, version]));
  return {
    data: {
      agents: proofs.map((proof) => ({ ...proof, version: versions.get(proof.id) ?? null })),
      notInstalled: absent.map(({ profile }) => profile.id),
    },
    text: [
      ...proofs.map((proof) => proofText(proof, versions.get(proof.id), styled)),
      ...(absent.length === 0
        ? []
        : [styled.dim(`Not installed: ${absent.map(({ profile }) => profile.id).join(', ')}`)]),
    ].join('\n\n'),
    exitCode: proofs.some(({ results }) => results.some(({ result }) => result === 'failed')) ? 1 : 0,
  };
}

function refuseAbsent({ profile }: KnownAgent): never {
  throw new BatonError('agent_missing', `${profile.label} is not installed`, {
    ...(profile.install !== '' && { hint: `Install it: ${profile.install}` }),
  });
}

const signs: Readonly<Record<ProofResult['result'], string>> = {
  proven: 'proven  ',
  failed: 'FAILED  ',
  unproven: 'not shown',
};

function proofText({ label, results }: AgentProof, version: string | undefined, styled: Style): string {
  const lines = results.map(
    ({ claim, result, detail }) => `  ${claim.padEnd(7)} ${signs[result].padEnd(10)} ${detail}`,
  );
  return [styled.bold([label, version].filter(Boolean).join(' ')), ...lines].join('\n');
}
