/** The built MCP server as a real process, and the SDK's own client at its other end. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { environment, type Repository } from './with-repository';

export const serverProgram = resolve(import.meta.dirname, '../../../dist/mcp.js');

/** Generations of the protocol: with a handshake, and from revision 2026-07-28 on. */
export const eras = ['legacy', 'modern'] as const;
export type Era = (typeof eras)[number];

export interface ServerRun {
  readonly era?: Era;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder it is started in; the repository unless given. */
  readonly cwd?: string;
  /** Folders the client knows, as `file:` addresses; it says nothing of folders unless given. */
  readonly roots?: readonly string[];
}

export interface Answered {
  readonly ok: boolean;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the answer holds, and fails where it does not
  readonly data: any;
}

export class Connection {
  readonly client: Client;
  readonly #transport: StdioClientTransport;
  #stderr = '';

  constructor(client: Client, transport: StdioClientTransport) {
    this.client = client;
    this.#transport = transport;
    transport.stderr?.on('data', (text) => {
      this.#stderr += text;
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    const { pid } = this.#transport;
    assert.ok(pid !== null);
    return pid;
  }

  async call(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answered> {
    const { content, structuredContent, isError } = await this.client.callTool({
      name,
      arguments: { ...args },
    });
    const [first] = content;
    assert.ok(first?.type === 'text');
    if (isError === true) return { ok: false, text: first.text, data: undefined };
    assert.deepEqual(JSON.parse(first.text), structuredContent, 'text and structure say the same');
    return { ok: true, text: first.text, data: structuredContent };
  }

  /** Calls, and fails the test when it is refused. */
  // biome-ignore lint/suspicious/noExplicitAny: as `Answered.data`
  async done(name: string, args?: Readonly<Record<string, unknown>>): Promise<any> {
    const { ok, text, data } = await this.call(name, args);
    assert.ok(ok, `${name} was refused: ${text}`);
    return data;
  }
}

export async function withServer(
  { root }: Pick<Repository, 'root'>,
  run: ServerRun,
  body: (connection: Connection) => Promise<void>,
): Promise<void> {
  const { era = 'legacy', args = [], env = {}, cwd = root, roots } = run;
  const client = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: roots === undefined ? {} : { roots: { listChanged: true } },
      ...(era === 'modern' && { versionNegotiation: { mode: 'auto' } }),
    },
  );
  if (roots !== undefined) {
    client.setRequestHandler('roots/list', () => ({ roots: roots.map((uri) => ({ uri })) }));
  }
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [serverProgram, ...args],
    env: environment(root, env),
    cwd,
    stderr: 'pipe',
  });
  const connection = new Connection(client, transport);
  try {
    await client.connect(transport);
    await body(connection);
  } finally {
    await client.close();
  }
}
