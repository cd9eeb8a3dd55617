/** What the bundled programs find around them: files that ship with Baton, and this machine's places. */
import { delimiter, join } from 'node:path';
import { agentResources } from './agent-resources';
import { defaultShimFolder } from './command-shim';
import { portablePath } from './portable-path';
import { fsPromises } from './slow-modules';

type Environment = Readonly<Record<string, string | undefined>>;

/** @param dist folder of the bundles, as the platform writes paths */
export function installation(dist: string, env: Environment) {
  return {
    protocolFolder: portablePath(join(dist, '..', 'media', 'protocol')),
    demoAgent: join(dist, 'demo-agent.js'),
    cli: join(dist, 'cli.js'),
    binFolder: defaultShimFolder(env),
    node: process.execPath,
    nodeEnv: process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    path: env['PATH'] ?? '',
    pathDelimiter: delimiter === ';' ? (';' as const) : (':' as const),
    ...agentResources(env, portablePath(join(dist, '..', 'media'))),
  };
}

/** Of the installed Baton. Throws when its manifest is not there. */
export async function installedVersion(dist: string): Promise<string> {
  const manifest: unknown = JSON.parse(await fsPromises().readFile(join(dist, '..', 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined;
  return typeof version === 'string' ? version : '0';
}
