/** Which build of Baton runs: what its code made of a workspace may be kept only for the same code. */
import { statSync } from 'node:fs';

/** Another one after every build and installation. @param bundle a file that each of them writes */
export function runningBuild(bundle: string): string {
  const { size, mtimeMs, ctimeMs } = statSync(bundle);
  return [size, mtimeMs, ctimeMs].join();
}
