/**
 * Which workspace folders a server works on: those it was started for, else those its client tells, else the one it was
 * started in. A task id means something within one folder only.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { McpHost } from './host';
import { chosenFolder, type Folder, namedFolders } from './named-folders';

/** A client that says it knows folders and then does not answer must not hold up every call. */
const rootsLimitMs = 5_000;

const question = 'folders';

/** Read liberally: one folder of a kind we do not know must not hide the others. */
const told = z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) });

export class Folders {
  readonly #host: McpHost;
  readonly #server: McpServer;
  readonly #era: 'legacy' | 'modern';
  #told: readonly string[] | undefined;
  /** What was told may be old: the next call asks again. */
  #old = false;
  /** One question at a time; calls that come together share its answer. */
  #asking: Promise<void> | undefined;

  constructor(host: McpHost, server: McpServer, era: 'legacy' | 'modern') {
    this.#host = host;
    this.#server = server;
    this.#era = era;
  }

  /** Several folders are possible, so that a call may have to say which. */
  get mayBeSeveral(): boolean {
    return this.#host.roots === undefined || this.#host.roots.length > 1;
  }

  /** What the client has told is no longer true. */
  forget(): void {
    this.#old = true;
  }

  /** The question for the client that has to be answered before the call goes on; undefined when there is none. */
  async toAsk({ mcpReq }: ServerContext): Promise<InputRequiredResult | undefined> {
    if (this.#host.roots !== undefined || this.#era === 'legacy') return undefined;
    if (this.#told !== undefined && !this.#old) return undefined;
    const answered = inputResponse(mcpReq.inputResponses, question);
    if (answered.kind === 'roots') {
      this.#old = false;
      await this.#take(answered.roots);
    } else if (knowsRoots(mcpReq.envelope)) {
      return inputRequired({ inputRequests: { [question]: inputRequired.listRoots() } });
    }
    return undefined;
  }

  /** In the order they were told. */
  async all(): Promise<readonly Folder[]> {
    const roots = this.#host.roots ?? (await this.#fromClient()) ?? [await this.#host.currentRoot()];
    return namedFolders(roots);
  }

  /** The folder of that name or path, or the only one there is. Throws `usage`, `not_found`. */
  async choose(wanted: string | undefined): Promise<Folder> {
    return chosenFolder(await this.all(), wanted, () => this.forget());
  }

  /** Undefined when the client tells none that holds a Baton folder. */
  async #fromClient(): Promise<readonly string[] | undefined> {
    const mustAsk = this.#told === undefined || this.#old || this.#asking !== undefined;
    if (this.#era === 'legacy' && mustAsk) {
      this.#asking ??= this.#askNow().finally(() => {
        this.#asking = undefined;
      });
      await this.#asking;
    }
    return this.#told === undefined || this.#told.length === 0 ? undefined : this.#told;
  }

  /** Before protocol revision 2026-07-28 a server asks its client whenever it wants to. */
  async #askNow(): Promise<void> {
    const { server } = this.#server;
    if (server.getClientCapabilities()?.roots === undefined) return;
    // What changes from here on is asked for again.
    this.#old = false;
    try {
      const { roots } = await server.request({ method: 'roots/list' }, told, { timeout: rootsLimitMs });
      await this.#take(roots);
    } catch (error) {
      // What was told before is better than the folder that the server happens to run in.
      this.#told ??= [];
      this.#host.report(error);
    }
  }

  async #take(roots: readonly { readonly uri: string }[]): Promise<void> {
    const found = await Promise.all(roots.map(({ uri }) => this.#host.rootAt(uri)));
    this.#told = [...new Set(found.filter((root) => root !== undefined))];
  }
}

/** What the client says of itself with every request, from protocol revision 2026-07-28 on. */
function knowsRoots(envelope: object | undefined): boolean {
  const able: unknown = envelope && Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY);
  return typeof able === 'object' && able !== null && Reflect.get(able, 'roots') !== undefined;
}
