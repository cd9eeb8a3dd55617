/** A verification command in a terminal of a task: its output is seen there and kept for the record. Ctrl+C ends it. */
import * as vscode from 'vscode';
import type { CommandLine, CommandOutcome } from '../../core/ports';

/** Runs a command line and shows its output as it comes; `stop` ends it as interrupted. Throws as `RunCommandLine`. */
export type RunWatched = (
  line: CommandLine,
  watch: { readonly onOutput: (bytes: Uint8Array) => void; readonly stop: AbortSignal },
) => Promise<CommandOutcome>;

/** What fails sooner VS Code takes for a program that could not be launched, and says so. */
const launchingMs = 600;

const neverRan: CommandOutcome = {
  exitCode: null,
  signal: null,
  end: 'interrupted',
  durationMs: 0,
  printed: '',
};

export class CommandTerminal implements vscode.Pseudoterminal {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  readonly #line: CommandLine;
  readonly #run: RunWatched;
  readonly #stop = new AbortController();
  #resolve: (outcome: CommandOutcome | Promise<CommandOutcome>) => void = () => {};
  /** Rejects when the command could not be started. A terminal that is closed before it was drawn is an interruption. */
  readonly outcome = new Promise<CommandOutcome>((resolve) => {
    this.#resolve = resolve;
  });
  #opened = false;

  constructor(line: CommandLine, run: RunWatched) {
    this.#line = line;
    this.#run = run;
  }

  open(): void {
    this.#opened = true;
    // Dim, as VS Code writes what it runs.
    this.#written.fire(`\u001b[2m${this.#line.command}\u001b[22m\r\n`);
    this.#resolve(this.#start());
  }

  /** Somebody closed the terminal: the command has to end with it. */
  close(): void {
    this.stop();
    if (!this.#opened) this.#resolve(neverRan);
  }

  handleInput(data: string): void {
    if (data.includes('\u0003')) this.stop();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #start(): Promise<CommandOutcome> {
    const decoder = new TextDecoder();
    const onOutput = (bytes: Uint8Array) =>
      this.#written.fire(decoder.decode(bytes, { stream: true }).replace(/\r?\n/g, '\r\n'));
    const began = performance.now();
    let exitCode = 1;
    try {
      const outcome = await this.#run(this.#line, { onOutput, stop: this.#stop.signal });
      exitCode = outcome.exitCode ?? 1;
      return outcome;
    } finally {
      if (exitCode === 0) this.#closed.fire(exitCode);
      else setTimeout(() => this.#closed.fire(exitCode), launchingMs - (performance.now() - began));
    }
  }
}
