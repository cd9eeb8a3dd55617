/** `baton init`: folders and .gitignore. Never overwrites what is there. */
import type { Ports } from '../ports';
import { initialise } from '../store/layout';

/** @returns what was created, relative to the workspace folder; empty when all was there. */
export async function initialiseWorkspace(
  ports: Ports,
  root: string,
): Promise<{ readonly created: readonly string[] }> {
  return { created: await initialise(ports, root) };
}
