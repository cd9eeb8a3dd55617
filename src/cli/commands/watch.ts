import type { Command } from 'commander';
import type { Disposable } from '../../core/base/disposable';
import { type AgentEvent, EventFeed } from '../../core/operations/agent-events';
import { changeLogFolder } from '../../core/operations/change-log-folder';
import { eventLine, watchBegin } from '../../wire/protocol-shape';
import type { Answer, CliContext } from '../context';
import { integer } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

/** File systems lose hints, and what was announced is told when it is made. Milliseconds. */
const lookAgainMs = 2_000;
const longestSeq = 999_999_999;

export function addWatchCommand(program: Command, register: Register): void {
  register(
    program,
    'watch',
    'tell what happens as it happens, one event a line: agent.progress, agent.blocked, agent.plan, memory.event',
    (command) =>
      command.option('--since <seq>', 'first what came after that sequence; from now on unless given'),
    async (context, _args, options) => watch(context, integer(options, 'since', { min: 0, max: longestSeq })),
  );
}

async function watch(context: CliContext, since: number | undefined): Promise<Answer> {
  const workspace = await context.workspace({ asFound: true });
  const { clock } = workspace.ports;
  const feed = await EventFeed.open(workspace, since);
  const waiter = new Waiter(context, changeLogFolder(workspace));
  try {
    const begun = JSON.stringify(watchBegin(feed.since, clock.now().toISOString()));
    const isRead = !context.json || (await context.printLine(begun));
    if (isRead) await follow(context, feed, waiter);
  } finally {
    waiter.dispose();
  }
  return { data: {}, text: '', printed: true };
}

/** Until somebody asks us to end, or nobody reads any more. Reads on only when what was read is printed. */
async function follow(context: CliContext, feed: EventFeed, waiter: Waiter): Promise<void> {
  for (;;) {
    const { events, more } = await feed.next();
    for (const event of events) {
      if (!(await context.printLine(lineOf(context, event)))) return;
    }
    if (waiter.isOver || (!more && !(await waiter.wait()))) return;
  }
}

function lineOf({ json }: CliContext, event: AgentEvent): string {
  return json ? eventLine(event) : plain(`${event.seq}  ${event.event}  ${event.text}`);
}

/** Waits for a hint, or for a while; and for the end. */
class Waiter implements Disposable {
  readonly #context: CliContext;
  readonly #watcher: Disposable;
  #isOver = false;
  #hinted = false;
  #wake: (() => void) | undefined;

  constructor(context: CliContext, folder: string) {
    this.#context = context;
    this.#watcher = context.watchFolder(folder, () => this.#hint());
    const end = () => {
      this.#isOver = true;
      this.#wake?.();
    };
    void context.stopped().then(end);
    void context.unread().then(end);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** @returns false when it is over */
  async wait(): Promise<boolean> {
    if (!this.#hinted && !this.#isOver) {
      await new Promise<void>((resolve) => {
        const timer = this.#context.arm(lookAgainMs, resolve);
        this.#wake = () => {
          timer.dispose();
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#hinted = false;
    return !this.#isOver;
  }

  dispose(): void {
    this.#watcher.dispose();
  }

  #hint(): void {
    this.#hinted = true;
    this.#wake?.();
  }
}
