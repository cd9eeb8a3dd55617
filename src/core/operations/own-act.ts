import type { BatonWorkspace } from './workspace';

/**
 * The workspace for what Baton does on its own account. Not on behalf of the session that happens to call: one that is
 * over may not write any more, and may still be the one to find that another is over, or that its own end has come.
 */
export function ownAct(workspace: BatonWorkspace): BatonWorkspace {
  return { ...workspace, acting: { ...workspace.acting, session: undefined } };
}

/** The same for what nobody asked for: the change log says that Baton did it, whoever's command it was that led to it. */
export function ownWork(workspace: BatonWorkspace): BatonWorkspace {
  const own = ownAct(workspace);
  return { ...own, acting: { ...own.acting, actor: 'tool' } };
}
