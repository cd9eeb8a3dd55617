/** Tells clients when a document they were given is no longer what is on disk, whoever changed it. */
import type { McpServer } from '@modelcontextprotocol/server';
import { isBatonError } from '../core/base/baton-error';
import type { Status } from '../core/model/status';
import { showTask } from '../core/operations/show-task';
import { addressOf, documentKinds } from './addresses';
import type { McpHost } from './host';
import type { Folder } from './named-folders';

export class ChangedTasks {
  readonly #host: McpHost;
  readonly #server: McpServer;
  /** Who speaks the newer protocol subscribes beside this server, which then drops what nobody asked for. */
  readonly #era: 'legacy' | 'modern';
  readonly #subscribed = new Set<string>();
  readonly #watched = new Set<string>();
  /** Tasks that were listed, by folder. */
  readonly #listed = new Map<string, ReadonlySet<string>>();

  constructor(host: McpHost, server: McpServer, era: 'legacy' | 'modern') {
    this.#host = host;
    this.#server = server;
    this.#era = era;
  }

  /** From now on; nobody has asked for documents of the folder before. Never throws: telling is a courtesy. */
  async watch(folder: Folder): Promise<void> {
    if (this.#watched.has(folder.root)) return;
    this.#watched.add(folder.root);
    try {
      await this.#host.watch(folder.root, (task) => void this.#tell(folder, task));
    } catch (error) {
      this.#host.report(error);
    }
  }

  listed({ root }: Folder, tasks: readonly string[]): void {
    this.#listed.set(root, new Set(tasks));
  }

  subscribe(address: string): void {
    this.#subscribed.add(address);
  }

  unsubscribe(address: string): void {
    this.#subscribed.delete(address);
  }

  async #tell(folder: Folder, task: string | undefined): Promise<void> {
    try {
      const { server } = this.#server;
      const listed = this.#listed.get(folder.root);
      if (listed !== undefined && (await this.#changesList(folder, listed, task))) {
        await server.sendResourceListChanged();
      }
      for (const kind of task === undefined ? [] : documentKinds) {
        const uri = addressOf(folder, kind, task ?? '');
        if (this.#era === 'modern' || this.#subscribed.has(uri)) await server.sendResourceUpdated({ uri });
      }
    } catch (error) {
      // The client may be gone already.
      this.#host.report(error);
    }
  }

  /** A task has come, or one that was listed is finished or gone. */
  async #changesList(
    { root }: Folder,
    listed: ReadonlySet<string>,
    task: string | undefined,
  ): Promise<boolean> {
    if (task === undefined || !listed.has(task)) return true;
    try {
      return !isListed(await showTask(await this.#host.open(root), task));
    } catch (error) {
      if (isBatonError(error)) return true;
      throw error;
    }
  }
}

/** Those that somebody may still work on; a finished one can be read by its address. */
export function isListed({ status }: { readonly status: Status }): boolean {
  return status !== 'completed' && status !== 'cancelled';
}
