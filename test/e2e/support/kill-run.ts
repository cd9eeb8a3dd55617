/**
 * Runs the built command line in several processes at once and kills most of them: at any moment of their life, in the
 * middle of a write (a lock of theirs is seen, plus a little), or between the change log and the replacement of the
 * file (their temporary file is seen).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Deed } from './deeds';

const cli = resolve(import.meta.dirname, '../../../dist/cli.js');

/** What is known of a deed when its process has ended. */
export interface Outcome {
  readonly deed: Deed;
  /** The command line said that it is done, before it ended or was killed. */
  readonly answered: boolean;
  readonly killed: boolean;
  /** It had been seen to hold a lock. */
  readonly inWrite: boolean;
  /** The code of a refusal. */
  readonly refusal: string | undefined;
}

interface Victim {
  readonly child: ChildProcess;
  readonly when: (typeof moments)[number];
  holding: boolean;
  struck: boolean;
}

const moments = ['any moment', 'in a write', 'before the replacement'] as const;
/** Longest time between a lock seen and the kill; a write takes about as long. Milliseconds. */
const writeMs = 25;
/** One call in so many is let live: its time tells how long a life is. */
const spared = 4;

export class KillRun {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #victims = new Map<number, Victim>();
  readonly #lifetimes: number[] = [150];
  readonly outcomes: Outcome[] = [];
  kills = 0;

  constructor(root: string, env: NodeJS.ProcessEnv) {
    this.#root = root;
    this.#env = env;
  }

  /** Goes on until so many processes were killed. */
  async until(kills: number, atOnce: number, next: () => Deed): Promise<void> {
    const locks = join(this.#root, '.baton', 'locks');
    const watchers = [
      watch(locks, (_event, name) => this.#lockSeen(ownerOf(join(locks, name ?? '')))),
      watch(join(this.#root, 'task-states'), (_event, name) => {
        const task = /^\.task-(.+)-state\.md\.\d+\.baton-tmp$/.exec(name ?? '')?.[1];
        if (task !== undefined)
          this.#replacementSeen(ownerOf(join(locks, `task-${task.toLowerCase()}.lock`)));
      }),
    ];
    const lane = async () => {
      while (this.kills < kills) this.outcomes.push(await this.#call(next()));
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, lane));
    } finally {
      for (const watcher of watchers) watcher.close();
      for (const { child } of this.#victims.values()) child.kill('SIGKILL');
    }
  }

  async #call(deed: Deed): Promise<Outcome> {
    const begun = performance.now();
    const child = spawn(process.execPath, [cli, ...deed.args, '--json'], {
      cwd: this.#root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = child.pid ?? 0;
    const victim = this.#choose(child, pid);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    const [, signal] = await once(child, 'close');
    this.#victims.delete(pid);
    const killed = signal === 'SIGKILL';
    if (killed) this.kills++;
    if (victim === undefined) this.#lifetimes.push(performance.now() - begun);
    const answer = parseAnswer(stdout);
    return {
      deed,
      killed,
      answered: answer?.ok === true,
      inWrite: killed && victim?.holding === true,
      refusal: answer?.ok === false ? answer.error.code : undefined,
    };
  }

  #choose(child: ChildProcess, pid: number): Victim | undefined {
    if (randomInt(spared) === 0) return undefined;
    const when = moments[randomInt(moments.length)] ?? 'any moment';
    const victim: Victim = { child, when, holding: false, struck: false };
    this.#victims.set(pid, victim);
    if (victim.when === 'any moment') strike(victim, randomInt(Math.ceil(1.2 * this.#lifetime())));
    return victim;
  }

  /** The median of those that were let live lately. */
  #lifetime(): number {
    const sorted = this.#lifetimes.slice(-15).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 150;
  }

  #lockSeen(pid: number): void {
    const victim = this.#victims.get(pid);
    if (victim === undefined) return;
    victim.holding = true;
    if (victim.when === 'in a write') strike(victim, randomInt(writeMs));
  }

  #replacementSeen(pid: number): void {
    const victim = this.#victims.get(pid);
    if (victim?.when === 'before the replacement') strike(victim, randomInt(2));
  }
}

function strike(victim: Victim, afterMs: number): void {
  if (victim.struck) return;
  victim.struck = true;
  if (afterMs === 0) victim.child.kill('SIGKILL');
  else setTimeout(() => victim.child.kill('SIGKILL'), afterMs);
}

/** 0 for a lock that is gone already: nobody has that pid. */
function ownerOf(path: string): number {
  try {
    return Number(/"pid":(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR'))
      return 0;
    throw error;
  }
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: { readonly code: string } };

/** Undefined for what is not one whole document: the kill came first. */
function parseAnswer(stdout: string): Answer | undefined {
  if (!stdout.endsWith('\n')) return undefined;
  return JSON.parse(stdout) as Answer;
}
