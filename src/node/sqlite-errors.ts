/** SQLite's result codes in the core's words; both engines give them their own way. */
import { BatonError, type ErrorCode } from '../core/base/baton-error';

/** By primary result code (`sqlite3.h`). */
const codes: Readonly<Record<number, ErrorCode>> = {
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  11: 'invalid_state_file', // SQLITE_CORRUPT
  26: 'invalid_state_file', // SQLITE_NOTADB
  3: 'io_failed', // SQLITE_PERM
  8: 'io_failed', // SQLITE_READONLY
  10: 'io_failed', // SQLITE_IOERR
  13: 'io_failed', // SQLITE_FULL
  14: 'io_failed', // SQLITE_CANTOPEN
};

/** What the WebAssembly build tells is the text alone (`sqlite3_errstr`). */
const texts: readonly (readonly [RegExp, number])[] = [
  [/database (?:table )?is locked/, 5],
  [/malformed|corrupt/, 11],
  [/not a database/, 26],
  [/readonly database/, 8],
  [/disk I\/O error/, 10],
  [/disk is full/, 13],
  [/unable to open|could not open/i, 14],
];

const messages: Partial<Record<ErrorCode, { readonly message: string; readonly hint: string }>> = {
  locked: { message: 'Memory is in use by another process', hint: 'Try again.' },
  invalid_state_file: {
    message: 'The memory database is damaged',
    hint: 'Try again: Baton sets the damaged file aside and makes memory anew from the task files.',
  },
  io_failed: {
    message: 'The memory database cannot be read or written',
    hint: 'Check the permissions of .baton/memory and the space on the disk.',
  },
};

/** A failure that SQLite foresees as a BatonError; anything else as it is, since it is a bug of ours. */
export function sqliteFailure(error: unknown): unknown {
  const code = codes[resultCode(error) & 0xff];
  const known = code === undefined ? undefined : messages[code];
  if (code === undefined || known === undefined || !(error instanceof Error)) return error;
  return new BatonError(code, `${known.message} (${error.message})`, { hint: known.hint, cause: error });
}

function resultCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode;
  return texts.find(([pattern]) => pattern.test(error.message))?.[1] ?? 0;
}
