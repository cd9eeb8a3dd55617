/**
 * The proof of installed agents, in a bundle of its own: nobody but `baton agents doctor` (and the tests) needs it.
 */
import type { AgentProof } from './core/model/agent-proof';
import { proveAgent } from './doctor/prove-agent';
import type { InstalledAgent, RigTools } from './doctor/rig';

/** One after the other: each starts several large programs. @param told is called as soon as one is known */
export async function proveAgents(
  agents: readonly InstalledAgent[],
  tools: RigTools,
  told: (proof: AgentProof) => void,
): Promise<readonly AgentProof[]> {
  const proofs: AgentProof[] = [];
  for (const agent of agents) {
    const proof = await proveAgent(agent, tools);
    told(proof);
    proofs.push(proof);
  }
  return proofs;
}
