/** Everything that memory keeps, as JSON lines, so that people and scripts can look at it. Requirement 001-9. */
import type { OpenMemory } from './open-memory';

/**
 * One line a record, `{"table": …, "row": {…}}`, each ending in a line feed; the first is `meta` with the schema's version.
 * Throws what the store throws.
 */
export async function* exportMemory({ store }: OpenMemory): AsyncIterable<string> {
  for await (const record of store.export()) yield `${JSON.stringify(record)}\n`;
}
