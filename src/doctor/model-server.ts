/**
 * A model service on 127.0.0.1 that answers from a script and keeps every request: what an agent really sends to its
 * model can then be read, without an account, a key or a network.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ModelStep, Wire } from './model-step';
import { anthropicWire } from './wires/anthropic-wire';
import { chatWire } from './wires/chat-wire';
import { geminiWire } from './wires/gemini-wire';
import { responsesWire } from './wires/responses-wire';

export interface ModelRequest {
  readonly path: string;
  /** The body as it came. */
  readonly text: string;
  readonly body: unknown;
  /** It is the agent's own turn, not a request for a title or a summary. */
  readonly turn: boolean;
}

/** Decides on the answer to the agent's own turns. `hold` leaves the agent waiting for as long as the server lives. */
export type ModelScript = (turn: ModelRequest, number: number) => ModelStep | 'hold';

/** For requests that are no turns: titles and summaries. Some agents look for the tags. */
const summary =
  '<analysis>Nothing.</analysis><state_snapshot>Work goes on.</state_snapshot><summary>Work goes on.</summary>';

/** Where each protocol is spoken; what is asked elsewhere (models, telemetry, updates) gets an empty answer. */
const wires: readonly { readonly path: RegExp; readonly wire: Wire }[] = [
  { path: /\/messages(\?|$)/, wire: anthropicWire },
  { path: /\/responses(\?|$)/, wire: responsesWire },
  { path: /\/chat\/completions(\?|$)/, wire: chatWire },
  { path: /:(streamG|g)enerateContent(\?|$)/, wire: geminiWire },
];

export class ModelServer {
  /** All that were answered or held so far, oldest first. */
  readonly requests: ModelRequest[] = [];
  readonly #asides: readonly string[];
  readonly #server: Server;
  readonly #waiting = new Set<(turn: ModelRequest) => void>();
  #script: ModelScript = () => ({ say: 'OK' });
  #turn = 0;
  #answers = 0;
  #lastTokens: number | undefined;

  /** @param asides texts that mark requests which offer tools and yet are not an agent's own turn */
  constructor(asides: readonly string[] = []) {
    this.#asides = asides;
    this.#server = createServer((incoming, outgoing) => {
      // An agent that is killed in the middle of its request is no failure of ours.
      this.#handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Answers its address, without a slash at the end. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The model server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Those requests that are the agent's own turns. */
  turns(): readonly ModelRequest[] {
    return this.requests.filter(({ turn }) => turn);
  }

  /** Replaces the script and forgets the requests so far; turns are counted from 0 again. */
  play(script: ModelScript): void {
    this.#script = script;
    this.#turn = 0;
    this.#lastTokens = undefined;
    this.requests.length = 0;
  }

  /** Resolves with the first turn, also an earlier one, that holds; rejects after the limit. */
  turnThat(holds: (turn: ModelRequest) => boolean, limitMs: number): Promise<ModelRequest> {
    const earlier = this.turns().find(holds);
    if (earlier) return Promise.resolve(earlier);
    return new Promise((resolve, reject) => {
      const told = (turn: ModelRequest) => {
        if (!holds(turn)) return;
        this.#waiting.delete(told);
        clearTimeout(limit);
        resolve(turn);
      };
      const limit = setTimeout(() => {
        this.#waiting.delete(told);
        reject(new Error(`The agent did not ask its model for that within ${limitMs} ms`));
      }, limitMs);
      this.#waiting.add(told);
    });
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? '';
    const source = await text(incoming);
    const wire = incoming.method === 'POST' ? wires.find((one) => one.path.test(path))?.wire : undefined;
    if (!wire) {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(path.includes('count_tokens') ? '{"input_tokens":100}' : '{}');
      return;
    }
    const body = parsed(source);
    const turn = wire.offersTools(body) && !this.#asides.some((aside) => source.includes(aside));
    const request = { path, text: source, body, turn };
    this.requests.push(request);
    const step = this.#stepFor(request);
    if (turn) for (const told of this.#waiting) told(request);
    if (step === 'hold') return;
    this.#answers += 1;
    const streams = wire.wantsStream(path, body);
    outgoing.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
    outgoing.end(
      streams ? wire.stream(step, this.#answers) : JSON.stringify(wire.document(step, this.#answers)),
    );
  }

  #stepFor(request: ModelRequest): ModelStep | 'hold' {
    // A summary of a context is a request as large as the context.
    const tokens = this.#lastTokens;
    if (!request.turn) return { say: summary, ...(tokens !== undefined && { inputTokens: tokens }) };
    const step = this.#script(request, this.#turn++);
    this.#lastTokens = step === 'hold' ? undefined : step.inputTokens;
    return step;
  }
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
