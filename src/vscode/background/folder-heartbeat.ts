/**
 * One folder's part of the heartbeat: arms one timer at most, and has a tick made where it is worth it. The tick itself is
 * a process of the command line, so that a window does nothing heavy and the same tick runs without a window.
 */

import { type Disposable, toDisposable } from '../../core/base/disposable';
import type { QueueCheck } from '../../core/model/queue';
import { Heartbeat } from '../../core/scheduler/heartbeat';
import type { FolderSession } from '../folder-session';
import { type LastTick, planTick, type TickPlan } from './tick-plan';

/** What `baton heartbeat` answers, as far as it is used here. */
export interface TickAnswer {
  readonly did: readonly { readonly text: string }[];
  /** When to tick again, a UTC time; null for not before something changes. */
  readonly nextAt: string | null;
  readonly check: QueueCheck;
  /** The queue entry whose run was started. */
  readonly started: string | null;
}

export interface HeartbeatServices {
  /** One tick of the folder's scheduler, which may start a run. Rejects with what went wrong. */
  readonly tick: (root: string) => Promise<TickAnswer>;
  readonly trusted: () => boolean;
  /** Told after each tick. */
  readonly onTick: (folder: FolderSession, answer: TickAnswer) => void;
  readonly onError: (error: unknown) => void;
}

const retryMs = 30_000;

export class FolderHeartbeat implements Disposable {
  readonly #folder: FolderSession;
  readonly #services: HeartbeatServices;
  readonly #heartbeat: Heartbeat;
  #last: LastTick | undefined;

  constructor(folder: FolderSession, services: HeartbeatServices) {
    this.#folder = folder;
    this.#services = services;
    const { clock } = folder.services.ports;
    this.#heartbeat = new Heartbeat({
      clock,
      arm: (ms, fire) => {
        const timer = setTimeout(fire, ms);
        return toDisposable(() => clearTimeout(timer));
      },
      tick: () => this.#tick(),
      onError: services.onError,
    });
  }

  /** Whether a timer runs. */
  get isArmed(): boolean {
    return this.#heartbeat.isArmed;
  }

  /** Something has changed in the folder. Costs nothing where nothing is to be waited for. */
  poke(): void {
    const plan = this.#plan();
    if (plan !== undefined && (plan.tick || !sameMoment(plan.nextAt, this.#heartbeat.nextAt))) {
      this.#heartbeat.poke();
    }
  }

  dispose(): void {
    this.#heartbeat.dispose();
  }

  async #tick(): Promise<{ readonly nextAt: string | undefined }> {
    const plan = this.#plan();
    if (plan?.tick === true) await this.#run(plan);
    // Time alone makes an entry due, and nobody tells of that.
    await this.#folder.refresh();
    const next = this.#plan();
    // A tick that is wanted at once again is left to the next change or moment: it must not run in circles.
    return { nextAt: next?.nextAt };
  }

  async #run({ circumstances, jobs }: TickPlan): Promise<void> {
    // Noted before: a tick that fails is tried again after a while, not at every change.
    const { clock } = this.#folder.services.ports;
    this.#last = { nextAt: new Date(clock.now().getTime() + retryMs).toISOString(), circumstances, jobs };
    const answer = await this.#services.tick(this.#folder.root);
    this.#last = { nextAt: answer.nextAt ?? undefined, circumstances, jobs };
    this.#folder.noteDeferral(answer.check.status === 'DEFERRED' ? answer.check.reason : undefined);
    this.#services.onTick(this.#folder, answer);
  }

  #plan(): TickPlan | undefined {
    const { background, snapshot, phase } = this.#folder;
    if (background === undefined || snapshot === undefined || phase !== 'ready') return undefined;
    const { config, ports } = this.#folder.workspace;
    const facts = {
      background,
      sessions: snapshot.sessions,
      tasks: snapshot.tasks,
      jobs: config.heartbeat.jobs.filter(({ enabled }) => enabled),
      trusted: this.#services.trusted(),
      maxBackground: config.autoResume.maxBackground,
      last: this.#last,
    };
    return planTick(facts, ports.clock.now());
  }
}

function sameMoment(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Date.parse(a) === Date.parse(b);
}
