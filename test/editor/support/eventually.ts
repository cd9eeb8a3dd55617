// Waiting for what a person would wait for: until something can be seen, with a limit, and with words for the
// failure. Nothing in the tests sleeps for a fixed time.

const pollMs = 50;

/** Asks `probe` again and again until it answers with something, and returns that. An error counts as "not yet",
 * except that of a window that is gone. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  limitMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) {
        return answer;
      }
      last = undefined;
    } catch (error) {
      if (error instanceof Error && error.message.includes('has been closed')) {
        throw error;
      }
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  } while (performance.now() < deadline);
  throw new Error(`${what}: not within ${limitMs / 1000} s`, last === undefined ? {} : { cause: last });
}

/** Whether a text is the wanted one, or matches the wanted pattern. */
export function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text === wanted : wanted.test(text);
}
