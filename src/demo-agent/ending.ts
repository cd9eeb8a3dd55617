/** The end of a session: the stop hook may ask for what is missing, and the end hook hears that it is over. */
import { recordProgress } from './hand-off';
import { readTask, type Session } from './session-state';

/** An agent that is asked again and again stops all the same. */
const mostAsks = 5;

/** @param commitTask commits the task file once more when an entry was added */
export async function endSession(session: Session, commitTask: () => Promise<void>): Promise<void> {
  const { hooks, screen, options } = session;
  let owed = options.forget;
  let answer = await hooks.call('stop', { stop_hook_active: false });
  for (let asked = 0; answer.block !== undefined && asked < mostAsks; asked++) {
    await screen.say(`Asked before it may stop: ${answer.block}`);
    if (owed) {
      await recordProgress(session, await readTask(session));
      await commitTask();
      owed = false;
    }
    answer = await hooks.call('stop', { stop_hook_active: true });
  }
  await hooks.call('end', { reason: 'done' });
}
