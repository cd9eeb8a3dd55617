/** How results and refusals go to a client. An agent reads the text; programs read the structure. */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { type BatonError, isBatonError } from '../core/base/baton-error';
import type { McpHost } from './host';

/** The same twice: clients of either kind get all of it. */
export function answer(data: object): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(data) }],
    structuredContent: Object.fromEntries(Object.entries(data)),
  };
}

/** A refusal is an answer that an agent can act upon; only a bug is reported as one. */
export function refusal(error: unknown, host: Pick<McpHost, 'report'>): CallToolResult {
  return { content: [{ type: 'text', text: refusalText(error, host) }], isError: true };
}

export function refusalText(error: unknown, { report }: Pick<McpHost, 'report'>): string {
  if (isBatonError(error)) return wordsOf(error);
  report(error);
  const message = error instanceof Error ? error.message : String(error);
  return `internal: Baton failed unexpectedly: ${message}\nNext: try once more; if it fails again, go on with the task file itself and say so in the progress log.`;
}

function wordsOf({ code, message, details, allowed, hint }: BatonError): string {
  return [
    `${code}: ${message}`,
    ...(details ?? []).map((detail) => `- ${detail}`),
    ...(allowed && allowed.length > 0 ? [`Allowed now: ${allowed.join(', ')}`] : []),
    ...(hint === undefined ? [] : [`Next: ${hint}`]),
  ].join('\n');
}
