/** Reads what an agent sent to its model, whatever the protocol: the texts in a request, wherever they stand. */
import { startPrompt } from '../core/agents/prompt';
import type { ModelRequest } from './model-server';

/**
 * All texts of a request as they are, without the escapes of JSON; names of fields are not among them. Some agents wrap
 * what a tool gave into JSON within a text: then both are among them, the whole and what is inside.
 */
export function textsOf(request: ModelRequest): readonly string[] {
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      found.push(value);
      collect(wrappedIn(value));
    } else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(request.body);
  return found;
}

function wrappedIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not everything that begins with a bracket is JSON.
    return undefined;
  }
}

export function says(request: ModelRequest, text: string): boolean {
  return textsOf(request).some((one) => one.includes(text));
}

/** The path in the newest prompt of Baton's that the request holds. */
export function packetNamed(request: ModelRequest): string | undefined {
  const paths = textsOf(request).flatMap((text) => pathsAfter(text, beforePath));
  return paths.at(-1);
}

const placeholder = '|';
const [beforePath = ''] = startPrompt({ packetPath: placeholder, resume: false }).split(placeholder);

function pathsAfter(text: string, before: string): readonly string[] {
  const [, ...rest] = text.split(before);
  return rest.flatMap((part) => {
    const end = part.indexOf('"');
    return end > 0 ? [part.slice(0, end)] : [];
  });
}
