/** What the scripted model answers to one request, whatever protocol the agent speaks. */

export type ModelStep =
  | { readonly say: string; readonly inputTokens?: number }
  | {
      /** The tool the model wants to use, by the name the agent offered. */
      readonly tool: string;
      /** Of the tool, in protocols that have a field of its own for it. */
      readonly namespace?: string | undefined;
      readonly arguments: Readonly<Record<string, unknown>>;
      /** Tokens that the request is said to have had; a large number makes agents compact their context. */
      readonly inputTokens?: number;
    };

/** One protocol between an agent and its model. Sources: agents.md section 15, and what the agents accepted. */
export interface Wire {
  /** The request offers tools, so it is the agent's own turn; the others ask for titles and summaries. */
  offersTools(body: unknown): boolean;
  /** Whether the agent waits for a stream of events, by the request's path and body. */
  wantsStream(path: string, body: unknown): boolean;
  /** The body of a `text/event-stream`. `number` is unique among the answers of one server. */
  stream(step: ModelStep, number: number): string;
  /** The same answer as one JSON document. */
  document(step: ModelStep, number: number): unknown;
}

/** Tokens that a request is said to have had where the step does not say. */
export const usualInputTokens = 100;
export const outputTokens = 5;

export function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

export function hasEntries(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

export function dataLines(chunks: readonly unknown[]): string {
  return chunks
    .map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
    .join('');
}

/** Events that carry their `type` also as the name of the event. */
export function namedEvents<E extends { readonly type: string }>(events: readonly E[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
