/** Verifying in the editor, a bundle of its own that the extension loads when there is something to verify or to judge. */
import { runCommandLine } from './node/verify-program';
import type { BatonState } from './vscode/state';
import { EvidenceDiagnostics } from './vscode/verification/evidence-diagnostics';
import { EvidenceFixes } from './vscode/verification/evidence-fixes';
import { Verification, type VerificationServices } from './vscode/verification/verification';

interface StartServices extends Omit<VerificationServices, 'run'> {
  readonly state: BatonState;
  readonly onError: (error: unknown) => void;
}

export function startVerification({ state, onError, ...services }: StartServices): Verification {
  const verification = new Verification({ ...services, run: runCommandLine });
  const diagnostics = new EvidenceDiagnostics(state, onError);
  verification.own(diagnostics, new EvidenceFixes(diagnostics));
  return verification;
}
