/** Standard output for who prints as things happen: no faster than the reader reads, and not on when the reader has gone. */

/** Resolves when the line was taken, with false when nobody reads any more. Never throws for that. */
export function printLine(line: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed || !stdout.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    stdout.write(`${line}\n`, (error) => resolve(error === null || error === undefined));
  });
}

/** Resolves when the reader has closed its end, which a pipe tells at the next write. */
export function unread(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    stdout.once('close', resolve);
    stdout.once('error', () => resolve());
  });
}
