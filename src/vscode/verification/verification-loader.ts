/** Loads verification with the first who needs it: a command, a launch, or an unfinished task with a feature that passes. */
import type * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { BatonState } from '../state';
import type { Verification } from './verification';

export class VerificationLoader implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #load: () => Promise<Verification>;
  readonly #lifetime = new DisposableStore();
  readonly #watching = this.#lifetime.add(new DisposableStore());
  #loaded: Promise<Verification> | undefined;

  constructor(state: BatonState, load: () => Promise<Verification>, onError: (error: unknown) => void) {
    this.#state = state;
    this.#load = load;
    this.#watching.add(state.onDidChange(() => this.#look(onError)));
  }

  readonly get = (): Promise<Verification> => {
    this.#watching.dispose();
    this.#loaded ??= this.#load().then((loaded) => this.#lifetime.add(loaded));
    return this.#loaded;
  };

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Only what passes can rest on nothing. */
  #look(onError: (error: unknown) => void): void {
    const passes = this.#state.tasks.some(
      ({ task: { status, progress } }) =>
        status !== 'completed' && status !== 'cancelled' && progress.of === 'features' && progress.passed > 0,
    );
    if (passes) this.get().catch(onError);
  }
}
