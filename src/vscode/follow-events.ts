/** The change logs of a window's folders as events, from now on. Reads when a log grows; runs no timer while nothing is open. */
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../core/base/disposable';
import { EventFeed } from '../core/operations/agent-events';
import type { BatonEvent } from './api-types';
import { EventReader } from './event-reader';
import type { FolderSession } from './folder-session';
import type { BatonState } from './state';
import { watchFolder } from './watch-folder';

export function followEvents(
  state: BatonState,
  tell: (event: BatonEvent) => void,
  onError: (error: unknown) => void,
): vscode.Disposable {
  const followed = new Map<FolderSession, Disposable>();
  const follow = () => {
    const ready = state.folders.filter(({ phase }) => phase === 'ready');
    for (const [folder, following] of followed) {
      if (state.folders.includes(folder)) continue;
      following.dispose();
      followed.delete(folder);
    }
    for (const folder of ready) {
      if (!followed.has(folder)) followed.set(folder, followFolder(folder, tell, onError));
    }
  };
  const lifetime = new DisposableStore();
  lifetime.add(state.onDidChange(follow));
  lifetime.add(
    toDisposable(() => {
      for (const following of followed.values()) following.dispose();
    }),
  );
  follow();
  return lifetime;
}

function followFolder(
  { folder, workspace }: FolderSession,
  tell: (event: BatonEvent) => void,
  onError: (error: unknown) => void,
): Disposable {
  const lifetime = new DisposableStore();
  const reader = lifetime.add(
    new EventReader(
      () => EventFeed.open(workspace, undefined),
      ({ schema: _, ...event }) => tell({ ...event, folder: folder.uri }),
      onError,
    ),
  );
  const logs = ['.baton/memory', '.baton/memory/WAL-*.log'];
  lifetime.add(watchFolder(folder, logs, () => reader.look(), { recursive: false }));
  reader.look();
  return lifetime;
}
