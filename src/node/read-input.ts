/** Standard input of a program that must not wait for ever: whoever calls a hook may forget to close it. */
import type { Readable } from 'node:stream';

export interface InputLimits {
  /** What comes after so many bytes is read, so that the writer is not stopped, and dropped. */
  readonly maxBytes: number;
  readonly deadlineMs: number;
}

/** What was read until the end, or until the deadline, as UTF-8. A stream that fails has ended. Never throws. */
export function readInput(stream: Readable, { maxBytes, deadlineMs }: InputLimits): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let room = maxBytes;
    const done = () => {
      clearTimeout(deadline);
      stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close').pause();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const deadline = setTimeout(done, deadlineMs);
    stream.on('data', (chunk: Buffer | string) => {
      const bytes = Buffer.from(chunk).subarray(0, room);
      room -= bytes.length;
      if (bytes.length > 0) chunks.push(bytes);
    });
    // Stays when we have stopped listening: a late failure must not end the program.
    stream.on('error', done);
    stream.on('end', done);
    stream.on('close', done);
  });
}
