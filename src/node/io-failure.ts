/** System errors in the core's words. */
import { BatonError } from '../core/base/baton-error';

/** The `code` of a Node error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Of ours: the system reads such a file without end, or waits for it. */
const notPlainCode = 'NOT_PLAIN';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EBUSY: 'the file is in use',
  EMFILE: 'too many open files',
  EISDIR: 'it is a folder',
  [notPlainCode]: 'it is no plain file',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'it is a symbolic link',
  EIO: 'the disk reports an error',
};

/** What reading a folder, a device or a pipe comes to, for `ioFailed`. */
export function notPlain(isFolder: boolean): Error {
  return Object.assign(new Error('not a plain file'), { code: isFolder ? 'EISDIR' : notPlainCode });
}

export function ioFailed(action: string, path: string, error: unknown): BatonError {
  const code = errnoOf(error);
  const reason = (code === undefined ? undefined : reasons[code]) ?? code ?? String(error);
  return new BatonError('io_failed', `Cannot ${action} ${path}: ${reason}`, { cause: error });
}
