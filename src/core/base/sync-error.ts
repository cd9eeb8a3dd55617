/** A failed fsync. Apart from other failures, because a second fsync may claim success over lost data. */
import { BatonError } from './baton-error';

/** What was written may or may not survive a power loss; whoever gets this must stop promising that it does. */
export class SyncError extends BatonError {
  constructor(path: string, cause: unknown) {
    super('io_failed', `The disk did not confirm a write to ${path}`, {
      hint: 'Check the disk, then reload Baton.',
      cause,
    });
  }
}
