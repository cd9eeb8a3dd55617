/**
 * Stands for `yaml` in the bundles (an alias of the build script): the reader of YAML is a fifth of what a window would
 * load, and is asked only about front matter that is not flat, which Baton never writes itself. Source: src/README.md,
 * "Bundles".
 */
import { createRequire } from 'node:module';

type Ask = (...asked: readonly unknown[]) => unknown;
/** What `core/markdown` takes from `yaml`; a name that is missing here fails the build. */
type YamlLibrary = Readonly<
  Record<'parseDocument' | 'isAlias' | 'isMap' | 'isNode' | 'isScalar' | 'isSeq', Ask>
>;

let loaded: YamlLibrary | undefined;

/** A bundle of its own beside the one this is in. */
function library(): YamlLibrary {
  loaded ??= createRequire(__filename)('./yaml-library.js') as YamlLibrary;
  return loaded;
}

export const parseDocument: Ask = (...args) => library().parseDocument(...args);
export const isAlias: Ask = (...args) => library().isAlias(...args);
export const isMap: Ask = (...args) => library().isMap(...args);
export const isNode: Ask = (...args) => library().isNode(...args);
export const isScalar: Ask = (...args) => library().isScalar(...args);
export const isSeq: Ask = (...args) => library().isSeq(...args);
