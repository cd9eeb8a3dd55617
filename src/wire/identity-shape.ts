/** The effective identity as the command line sends it. */
import type { EffectiveIdentity } from '../core/operations/effective-identity';

export type IdentityView = ReturnType<typeof identityShape>;

export function identityShape({ layers, text, conflicts, notices }: EffectiveIdentity) {
  return {
    layers: layers.map(({ layer, file }) => ({ layer, file: file ?? null })),
    text: text ?? null,
    conflicts: conflicts.map(({ heading, layer, file, line, by }) => ({
      heading,
      layer,
      file,
      line,
      by: { layer: by.layer, file: by.file, line: by.line },
    })),
    notices,
  };
}
