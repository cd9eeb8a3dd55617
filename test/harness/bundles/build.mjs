// What `npm run build` does: all bundles of the extension, into `dist`. Why there are so many: src/README.md, "Bundles".
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import { build, transform } from 'esbuild';

const sqliteBinary = 'node-sqlite3-wasm.wasm.br';

const noCharacterReferences = './src/core/markdown/blocks/no-character-references.ts';

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Node has one since version 21, and old libraries take it for a browser's.
  define: { navigator: 'undefined' },
  outdir: 'dist',
  minify: true,
  logLevel: 'warning',
};

/** By the name in `dist`. */
const bundles = {
  extension: 'src/extension.ts',
  cli: 'src/cli.ts',
  'cli-main': 'src/cli-main.ts',
  'demo-agent': 'src/demo-agent.ts',
  doctor: 'src/doctor.ts',
  mcp: 'src/mcp.ts',
  'hook-beat': 'src/hook-beat.ts',
  'git-library': 'src/node/git-library.ts',
};

/** What the window loads later: one third of each is in another one, too, so that is in files of its own. */
const windowBundles = {
  'chat-tools': 'src/chat-tools.ts',
  editing: 'src/editing.ts',
  planning: 'src/planning.ts',
  verification: 'src/verification.ts',
  'extension-api': 'src/extension-api.ts',
};

/** What others name in an import: it stays an import of the file beside. */
const loaded = [...Object.keys(bundles), ...Object.keys(windowBundles), 'sqlite-library'];

/** Two packages that share most of their code, and that are taken from the one bundle they are in. */
const mcpLibrary = {
  name: 'mcp-library',
  setup(/** @type {import('esbuild').PluginBuild} */ { onResolve }) {
    onResolve({ filter: /^(zod|@modelcontextprotocol\/server(\/stdio)?)$/ }, () => ({
      path: './mcp-library.js',
      external: true,
    }));
  },
};

/** Messages are English here, and the reader is an agent: the other 50 languages are two fifths of the library. */
const oneLocale = {
  name: 'one-locale',
  setup(/** @type {import('esbuild').PluginBuild} */ { onResolve, resolve }) {
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ resolveDir, kind }) =>
      resolve('../locales/en.js', { resolveDir, kind }),
    );
  },
};

/** The package's own way to be given its WebAssembly: a `Module` that is there already (emscripten.org, "Module object"). */
const packedSqlite = {
  name: 'packed-sqlite',
  setup(/** @type {import('esbuild').PluginBuild} */ { onLoad }) {
    onLoad({ filter: /node-sqlite3-wasm\.js$/ }, async ({ path }) => ({
      contents: `var Module = { wasmBinary: require('node:zlib').brotliDecompressSync(
        require('node:fs').readFileSync(require('node:path').join(__dirname, '${sqliteBinary}'))) };
        ${await readFile(path, 'utf8')}`,
    }));
  },
};

/** Takes seconds, so it is kept while it is newer than what it is made of. */
async function packSqlite() {
  const source = 'node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm';
  const packed = `dist/${sqliteBinary}`;
  const [from, made] = await Promise.all([stat(source), stat(packed).catch(() => undefined)]);
  if (made !== undefined && made.mtimeMs > from.mtimeMs) return;
  await writeFile(packed, await promisify(brotliCompress)(await readFile(source)));
}

/** @type {import('esbuild').BuildOptions} */
const own = {
  ...common,
  mainFields: ['module', 'main'],
  external: ['vscode', ...loaded.map((name) => `*/${name}.js`)],
  alias: {
    'js-yaml': './src/core/markdown/front-matter/no-other-yaml.ts',
    'decode-named-character-reference': noCharacterReferences,
    yaml: './src/node/lazy-yaml.ts',
    remark: './src/node/lazy-remark.ts',
  },
  plugins: [mcpLibrary],
  metafile: true,
};

/** esbuild splits modules of ECMAScript alone, and the editor loads CommonJS: they are translated afterwards. */
async function buildWindowBundles() {
  const options = {
    ...own,
    entryPoints: windowBundles,
    format: 'esm',
    splitting: true,
    write: false,
    chunkNames: 'chunk-[hash]',
  };
  const { outputFiles, metafile } = await build(options);
  const names = fileNames(metafile);
  await Promise.all(outputFiles.map((file) => writeTranslated(file, names)));
  const kept = new Set(names.values());
  const stale = (await readdir('dist')).filter((name) => /^shared-\d+\.js$/.test(name) && !kept.has(name));
  await Promise.all(stale.map((name) => rm(`dist/${name}`)));
}

/** Names that stay the same when code changes, by esbuild's names: what is shared is numbered by who shares it. */
function fileNames(/** @type {import('esbuild').Metafile} */ { outputs }) {
  const reached = (path, found = new Set()) => {
    if (found.has(path) || outputs[path] === undefined) return found;
    found.add(path);
    for (const { path: next, kind } of outputs[path].imports) {
      if (kind === 'import-statement') reached(next, found);
    }
    return found;
  };
  const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint !== undefined);
  const sharers = (path) => entries.filter((entry) => reached(entry).has(path)).join();
  const shared = Object.keys(outputs)
    .filter((path) => /\/chunk-\w+\.js$/.test(path))
    .map((path) => [sharers(path), basename(path)])
    .sort();
  return new Map(shared.map(([, name], at) => [name, `shared-${at + 1}.js`]));
}

async function writeTranslated({ path, text }, names) {
  const renamed = [...names].reduce((code, [from, to]) => code.replaceAll(`./${from}`, `./${to}`), text);
  const { platform, target, minify } = common;
  const { code } = await transform(renamed, {
    platform,
    target,
    minify,
    format: 'cjs',
    supported: { 'dynamic-import': false },
  });
  await writeFile(`dist/${names.get(basename(path)) ?? basename(path)}`, code);
}

await mkdir('dist', { recursive: true });
const [{ metafile }] = await Promise.all([
  build({
    ...own,
    entryPoints: bundles,
    supported: { 'dynamic-import': false },
  }),
  buildWindowBundles(),
  build({
    ...common,
    entryPoints: {
      'yaml-library': 'node_modules/yaml/browser/index.js',
      'remark-library': 'node_modules/remark/index.js',
      'mcp-library': 'test/harness/bundles/mcp-library.mjs',
      'sqlite-library': 'src/node/sqlite-library.ts',
    },
    alias: {
      'decode-named-character-reference': noCharacterReferences,
      '@modelcontextprotocol/server/_shims': './test/harness/bundles/sdk-shims.mjs',
    },
    plugins: [packedSqlite, oneLocale],
  }),
  packSqlite(),
]);
await writeFile('dist/meta.json', JSON.stringify(metafile));
