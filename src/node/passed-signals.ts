/** Passes signals on to a program that we watch and to all it has started, and sees to it that they have an effect. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessIdentity } from '../core/ports';
import { NodeProcesses } from './node-processes';

export interface PassOptions {
  /** Milliseconds between asking them to end, and ending what has not. */
  readonly firmMs: number;
  /** Receives what keeps us from reaching one of them. */
  readonly onTrouble: (error: unknown) => void;
}

/** Between two looks, in milliseconds. */
const lookMs = 50;

export class PassedSignals {
  readonly #child: ChildProcess;
  readonly #options: PassOptions;
  readonly #processes = new NodeProcesses();
  /** By pid: the program and what it had started when it was asked to end. */
  readonly #asked = new Map<number, ProcessIdentity>();
  /** Learnt at the start: later the pid may be somebody else's. */
  readonly #start: Promise<string | undefined>;
  #passing: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(child: ChildProcess, options: PassOptions) {
    this.#child = child;
    this.#options = options;
    this.#start = this.#startTime().catch(() => undefined);
  }

  /** The program gets the very signal; what it has started is asked to end. */
  readonly pass = (signal: NodeJS.Signals): void => {
    this.#passing = this.#passing.then(() => this.#pass(signal)).catch(this.#options.onTrouble);
    this.#ending ??= this.#end().catch(this.#options.onTrouble);
  };

  /** Resolves when all that was asked to end is gone or was ended; at once when no signal came. Never rejects. */
  async settled(): Promise<void> {
    await this.#ending;
  }

  async #pass(signal: NodeJS.Signals): Promise<void> {
    // Before the signal: a program whose starter is gone no longer tells where it comes from.
    const tree = await this.#tree().catch((error: unknown) => {
      this.#options.onTrouble(error);
      return [];
    });
    this.#child.kill(signal);
    for (const one of tree) {
      this.#asked.set(one.pid, one);
      if (one.pid === this.#child.pid) continue;
      await this.#processes.signal(one, 'terminate').catch(this.#options.onTrouble);
    }
  }

  async #startTime(): Promise<string | undefined> {
    const { pid } = this.#child;
    return pid === undefined ? undefined : this.#processes.startOf(pid);
  }

  async #tree(): Promise<readonly ProcessIdentity[]> {
    const { pid } = this.#child;
    const start = await this.#start;
    if (pid === undefined || start === undefined) return [];
    return this.#processes.treeOf({ pid, start, scope: this.#processes.self.scope });
  }

  async #end(): Promise<void> {
    await this.#passing;
    if (await this.#areGone()) return;
    for (const one of await this.#left()) await this.#kill(one).catch(this.#options.onTrouble);
    await this.#areGone();
  }

  /** Waits for that; false when one still runs after the interval. */
  async #areGone(): Promise<boolean> {
    const until = performance.now() + this.#options.firmMs;
    while ((await this.#left()).length > 0) {
      if (performance.now() >= until) return false;
      await wait(lookMs);
    }
    return true;
  }

  async #left(): Promise<readonly ProcessIdentity[]> {
    const asked = [...this.#asked.values()];
    const running = await Promise.all(asked.map((one) => this.#processes.isRunning(one)));
    return asked.filter((_one, index) => running[index] === true);
  }

  /** With what it has started since. */
  async #kill(program: ProcessIdentity): Promise<void> {
    for (const one of await this.#processes.treeOf(program)) {
      this.#asked.set(one.pid, one);
      await this.#processes.signal(one, 'kill');
    }
  }
}
