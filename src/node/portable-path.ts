/** Paths between the platform and the core, which knows only `/`. */
import { sep } from 'node:path';

export function portablePath(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
