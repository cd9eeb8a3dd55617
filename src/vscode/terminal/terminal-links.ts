/** Which process belongs to which session, remembered across window reloads. Pure but for the memento it is given. */

export interface TerminalLink {
  readonly session: string;
  readonly root: string;
  readonly pid: number;
  /** When the process started, as the system tells it: the pid alone may be another program's by now. */
  readonly start: string;
}

export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

export class TerminalLinks {
  readonly #memory: Memory;
  readonly #key: string;

  constructor(memory: Memory, key: string) {
    this.#memory = memory;
    this.#key = key;
  }

  /** What is remembered; whatever does not look like a link is dropped. */
  all(): readonly TerminalLink[] {
    const stored = this.#memory.get(this.#key);
    return Array.isArray(stored) ? stored.filter(isLink) : [];
  }

  async add(link: TerminalLink): Promise<void> {
    await this.#memory.update(this.#key, [...this.#without(link.session), link]);
  }

  /** Forgets links of processes that are gone: an agent that ends with its window is told by nobody. */
  async prune(startOf: (pid: number) => Promise<string | undefined>): Promise<void> {
    const gone = new Set<string>();
    for (const { session, pid, start } of this.all()) {
      if ((await startOf(pid)) !== start) gone.add(session);
    }
    if (gone.size === 0) return;
    await this.#memory.update(
      this.#key,
      this.all().filter(({ session }) => !gone.has(session)),
    );
  }

  async remove(session: string): Promise<void> {
    await this.#memory.update(this.#key, this.#without(session));
  }

  #without(session: string): readonly TerminalLink[] {
    return this.all().filter((link) => link.session !== session);
  }
}

function isLink(value: unknown): value is TerminalLink {
  return (
    typeof value === 'object' &&
    value !== null &&
    'session' in value &&
    typeof value.session === 'string' &&
    'root' in value &&
    typeof value.root === 'string' &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'start' in value &&
    typeof value.start === 'string'
  );
}
