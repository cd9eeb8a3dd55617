/** Task files and startup packets as documents that a client lists, reads, completes and follows. */
import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type Resource,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isBatonError } from '../core/base/baton-error';
import { listTasks } from '../core/operations/list-tasks';
import { readPacket, readTaskFile } from '../core/operations/read-task';
import type { TaskView } from '../core/operations/task-view';
import { addressOf, addressTemplate, type DocumentKind, documentKinds, readAddress } from './addresses';
import { refusalText } from './answer';
import { type ChangedTasks, isListed } from './changed-tasks';
import type { Folder } from './named-folders';
import type { Serving } from './tool';

const mimeType = 'text/markdown';
/** A client may show them all in one menu. */
const maxListed = 200;
const maxCompletions = 100;

const about: Readonly<Record<DocumentKind, { readonly title: string; readonly description: string }>> = {
  task: { title: 'Task file', description: 'The state file of a task, as it is on disk.' },
  packet: {
    title: 'Startup packet',
    description:
      'What an agent reads first to work on a task: protocol, task, chain inputs, next feature, last steps.',
  },
};

export function addResources(server: McpServer, serving: Serving, changes: ChangedTasks): void {
  for (const kind of documentKinds) {
    const template = new ResourceTemplate(addressTemplate(kind), {
      list: async () => ({ resources: await listed(kind, serving, changes) }),
      complete: {
        folder: async (start) =>
          (await serving.folders.all()).map(({ name }) => name).filter((name) => name.startsWith(start)),
        id: (start, context) => startingWith(serving, start, context?.arguments?.['folder']),
      },
    });
    server.registerResource(kind, template, { ...about[kind], mimeType }, (uri, _variables, context) =>
      read(uri.href, context, serving, changes),
    );
  }
  server.server.registerCapabilities({ resources: { subscribe: true, listChanged: true } });
  server.server.setRequestHandler('resources/subscribe', async ({ params }) => {
    await changes.watch((await addressed(params.uri, serving)).folder);
    changes.subscribe(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    changes.unsubscribe(params.uri);
    return {};
  });
}

/** Empty where no folder holds tasks: a client lists before anybody has asked for anything. */
async function listed(kind: DocumentKind, serving: Serving, changes: ChangedTasks): Promise<Resource[]> {
  const resources: Resource[] = [];
  try {
    for (const folder of await serving.folders.all()) {
      const tasks = await openTasks(serving, folder);
      await changes.watch(folder);
      const ids = tasks.map(({ id }) => id);
      changes.listed(folder, ids);
      resources.push(...tasks.map((task) => resourceOf(folder, kind, task)));
    }
  } catch (error) {
    if (!isBatonError(error, 'not_initialized')) throw error;
  }
  return resources;
}

function resourceOf(folder: Folder, kind: DocumentKind, { id, title }: TaskView): Resource {
  return {
    uri: addressOf(folder, kind, id),
    name: kind === 'task' ? `task-${id}` : `packet-${id}`,
    title: `#${id} ${title}${kind === 'task' ? '' : ' (packet)'}`,
    mimeType,
  };
}

async function openTasks({ host }: Serving, { root }: Folder): Promise<readonly TaskView[]> {
  const tasks: TaskView[] = [];
  for (const task of await listTasks(await host.open(root))) {
    if (tasks.length === maxListed) break;
    if (isListed(task)) tasks.push(task.view());
  }
  return tasks;
}

/** Ids of one folder's tasks, for completion. Empty where it is not clear which folder is meant. */
export async function startingWith(
  serving: Serving,
  start: string,
  folderName: string | undefined,
): Promise<string[]> {
  try {
    const { root } = await serving.folders.choose(folderName);
    const ids = [...(await listTasks(await serving.host.open(root)))].map((task) => task.view().id);
    return ids.filter((id) => id.startsWith(start)).slice(0, maxCompletions);
  } catch (error) {
    if (isBatonError(error)) return [];
    throw error;
  }
}

async function read(uri: string, context: ServerContext, serving: Serving, changes: ChangedTasks) {
  const toAsk = await serving.folders.toAsk(context);
  if (toAsk !== undefined) return toAsk;
  const { folder, kind, id } = await addressed(uri, serving);
  const workspace = await serving.host.open(folder.root);
  try {
    const { text } = await (kind === 'task' ? readTaskFile : readPacket)(workspace, id);
    await changes.watch(folder);
    return { contents: [{ uri, mimeType, text }] };
  } catch (error) {
    throw failure(uri, error, serving);
  }
}

async function addressed(uri: string, serving: Serving) {
  const address = readAddress(uri);
  if (address === undefined) throw new ResourceNotFoundError(uri, `Baton has no document ${uri}`);
  try {
    return { ...address, folder: await serving.folders.choose(address.folder) };
  } catch (error) {
    throw failure(uri, error, serving);
  }
}

function failure(uri: string, error: unknown, { host }: Serving): ProtocolError {
  const text = refusalText(error, host);
  return isBatonError(error, 'not_found') || isBatonError(error, 'invalid_input')
    ? new ResourceNotFoundError(uri, text)
    : new ProtocolError(ProtocolErrorCode.InternalError, text);
}
