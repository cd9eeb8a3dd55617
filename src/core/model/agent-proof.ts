/** What was proven about an installed agent without an account and without a network. */

export const proofClaims = [
  'starts', // the launch that people get reaches the agent's model with the prompt that names the packet
  'packet', // what the packet holds reaches the model
  'hooks', // Baton's hooks fire, and their facts reach the model
  'resume', // the agent goes on in its own session, with the new packet
  'mcp', // Baton's MCP server starts and its tools are offered
] as const;
export type ProofClaim = (typeof proofClaims)[number];

export interface ProofResult {
  readonly claim: ProofClaim;
  /** `unproven`: it was not tried, or it cannot be tried; nothing is known. */
  readonly result: 'proven' | 'failed' | 'unproven';
  /** What was seen, or why nothing could be; one plain sentence. */
  readonly detail: string;
}

export interface AgentProof {
  readonly id: string;
  readonly label: string;
  readonly results: readonly ProofResult[];
  readonly milliseconds: number;
}
