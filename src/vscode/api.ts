/** What `activate` returns to other extensions. Light: the work has a bundle of its own, loaded with the first call. */
import * as vscode from 'vscode';
import type { BatonApi, BatonEvent } from './api-types';
import type { ApiWork } from './api-work';

/**
 * @param own takes what lives as long as the extension
 * @param load answers the same every time
 */
export function apiSurface(
  own: <T extends vscode.Disposable>(item: T) => T,
  load: () => Promise<ApiWork>,
  onError: (error: unknown) => void,
): BatonApi {
  const events = own(new vscode.EventEmitter<BatonEvent>());
  let following = false;
  const follow = async () => {
    following = true;
    own((await load()).follow((event) => events.fire(event)));
  };
  return Object.freeze<BatonApi>({
    version: 1,
    capabilities: Object.freeze(['tasks', 'status', 'memory', 'agent', 'plan', 'events']),
    tasks: async (folder) => (await load()).tasks(folder),
    status: async (folder) => (await load()).status(folder),
    memory: Object.freeze<BatonApi['memory']>({
      query: async (text, options) => (await load()).query(text, options),
      recall: async (what, options) => (await load()).recall(what, options),
    }),
    agent: Object.freeze<BatonApi['agent']>({
      status: async (folder) => (await load()).agentStatus(folder),
      control: async (action, target, folder) => (await load()).control(action, target, folder),
    }),
    plan: async (goal, folder) => (await load()).plan(goal, folder),
    onDidEvent: (listener, thisArgs, disposables) => {
      // Who listens to nothing pays nothing.
      if (!following) {
        follow().catch((error: unknown) => {
          following = false;
          onError(error);
        });
      }
      return events.event(listener, thisArgs, disposables);
    },
  });
}
