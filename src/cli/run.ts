/**
 * Runs one command line and returns its exit code; never exits the process, so tests call it too.
 * Exit codes: 0 done, 1 refused or failed, 2 usage. Source: product.md section 7.
 */
import { CommanderError } from 'commander';
import { BatonError, isBatonError } from '../core/base/baton-error';
import { done, failed, refused } from '../wire/envelope';
import { writeJson } from '../wire/json-text';
import { ByteSink } from './byte-sink';
import type { Answer, CliContext } from './context';
import { buildProgram, type ProgramHost } from './program';
import { refusalText } from './text';

export interface GlobalOptions {
  readonly json: boolean;
  readonly root: string | undefined;
  readonly verbose: boolean;
}

export async function run(
  argv: readonly string[],
  makeContext: (options: GlobalOptions) => CliContext,
): Promise<number> {
  // Known before parsing, so that a usage error is answered in the form the caller asked for.
  const json = argv.includes('--json');
  let context: CliContext | undefined;
  let answer: Answer | undefined;
  let options: GlobalOptions = { json, root: undefined, verbose: false };
  const helpText: string[] = [];
  const host: ProgramHost = {
    contextFor: (given) => {
      options = { ...given, json };
      context ??= makeContext(options);
      return context;
    },
    answered: (value) => {
      answer = value;
    },
    print: (text) => helpText.push(text),
  };
  const output = () => {
    context ??= makeContext(options);
    return context.output;
  };
  try {
    const program = await buildProgram(host, argv);
    await program.parseAsync([...argv], { from: 'user' }).finally(() => context?.settled());
    if (!answer) throw new BatonError('usage', 'No command was given', { hint: 'See `baton --help`.' });
    if (answer.printed) return answer.exitCode ?? 0;
    if (json) printJson(output(), answer.document ?? done(answer.data));
    else printText(output(), answer);
    return answer.exitCode ?? 0;
  } catch (error) {
    return report(error, json, options.verbose, helpText, output());
  }
}

/** Printed when all of it is made: a failure in the middle is answered with one document, too. */
function printJson(output: CliContext['output'], document: unknown): void {
  const sink = new ByteSink();
  writeJson(document, sink);
  sink.text('\n');
  for (const bytes of sink.chunks()) output.out(bytes);
}

function printText(output: CliContext['output'], answer: Answer): void {
  const text = typeof answer.text === 'string' ? answer.text : answer.text();
  if (text !== '') output.out(text.endsWith('\n') ? text : `${text}\n`);
}

function report(
  error: unknown,
  json: boolean,
  verbose: boolean,
  helpText: readonly string[],
  output: CliContext['output'],
): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) {
      const text = helpText.join('');
      output.out(json ? `${JSON.stringify(done({ help: text }))}\n` : text);
      return 0;
    }
    const message = error.message.replace(/^error: /, '');
    return report(
      new BatonError('usage', message, { hint: 'See `baton --help`.' }),
      json,
      verbose,
      [],
      output,
    );
  }
  if (isBatonError(error)) {
    if (json) output.out(`${JSON.stringify(refused(error))}\n`);
    else output.err(refusalText(error));
    if (verbose && error.cause !== undefined) output.err(`${stackOf(error.cause)}\n`);
    return error.code === 'usage' ? 2 : 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (json) output.out(`${JSON.stringify(failed(message))}\n`);
  output.err(`baton: unexpected failure\n${stackOf(error)}\n`);
  return 1;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
