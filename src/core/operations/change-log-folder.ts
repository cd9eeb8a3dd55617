import { paths } from '../store/paths';
import type { BatonWorkspace } from './workspace';

/** The folder whose files grow with every change; absolute. */
export function changeLogFolder({ root }: Pick<BatonWorkspace, 'root'>): string {
  return paths.memory(root);
}
