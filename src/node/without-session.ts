/** What of an environment speaks of the Baton session that it came from. */
const ofSession = /^BATON_(SESSION_ID|TASK_ID|TASK_FILE|PACKET|ROOT)$/;

/** For a process that must not be taken for the session's own. */
export function withoutSession(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofSession.test(name)));
}
