/**
 * Stands for `remark` in the bundles (an alias of the build script): a sixth of what a window would load, and asked only
 * about a file that is taken apart whole, which showing all tasks never does. Source: src/README.md, "Bundles".
 */
import { createRequire } from 'node:module';

type Ask = (...asked: readonly unknown[]) => unknown;
/** What `core/markdown` takes from `remark`; a name that is missing here fails the build. */
type RemarkLibrary = Readonly<Record<'remark', Ask>>;

let loaded: RemarkLibrary | undefined;

export const remark: Ask = (...args) => {
  // A bundle of its own beside the one this is in.
  loaded ??= createRequire(__filename)('./remark-library.js') as RemarkLibrary;
  return loaded.remark(...args);
};
