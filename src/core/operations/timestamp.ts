import type { BatonWorkspace } from './workspace';

/** Now, as files keep it: UTC, ISO 8601, whole seconds, `Z`. */
export function timestamp(workspace: BatonWorkspace): string {
  return workspace.ports.clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
}
