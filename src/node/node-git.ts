/** The Git port over simple-git: plumbing that reads, and never a program that the repository names. */
import type { SimpleGit } from 'simple-git';
import { BatonError } from '../core/base/baton-error';
import type { CommitRef } from '../core/model/task';
import type { FileChange, Git, GitState, Logger } from '../core/ports';
import { findProgram } from './find-program';

const maxCommits = 500;
/** A git that says nothing for so long is stuck, on a network disk or a prompt. Milliseconds. */
const silenceMs = 15_000;

/** What a repository's own configuration could have git start while it only reads. */
const configuration = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'log.showSignature=false',
  'safe.bareRepository=explicit',
];
/** Two of these settings are guarded by simple-git because they can start programs; here they switch them off. */
const unsafe = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  // The absolute path we found; by name alone Windows would look into the repository first.
  allowUnsafeCustomBinary: true,
};
/** Background questions must not take the index lock from the person's own git. */
const globalOptions = ['--no-pager', '--no-optional-locks'];
const diffOptions = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'];

export class NodeGit implements Git {
  readonly #log: Logger;
  readonly #env: NodeJS.ProcessEnv;
  #binary: Promise<string | undefined> | undefined;

  constructor(log: Logger, env: NodeJS.ProcessEnv = process.env) {
    this.#log = log;
    this.#env = env;
  }

  async state(folder: string): Promise<GitState | undefined> {
    const status = ['status', '--porcelain=v2', '--branch', '-z', '--ignore-submodules=dirty', '--', '.'];
    const output = await this.#run(folder, status);
    return output === undefined ? undefined : parseStatus(output);
  }

  async commitsSince(folder: string, since: string | null): Promise<readonly CommitRef[]> {
    const range = since === null ? 'HEAD' : `${requireHash(since)}..HEAD`;
    const format = ['--format=%H%x09%s', '-z', `--max-count=${maxCommits}`];
    const output = await this.#run(folder, ['log', ...format, '--end-of-options', range, '--']);
    return split(output).map(parseCommit).reverse();
  }

  async lastCommit(folder: string): Promise<CommitRef | undefined> {
    const format = ['--format=%H%x09%s', '-z', '--max-count=1'];
    const [commit] = split(await this.#run(folder, ['log', ...format, '--end-of-options', 'HEAD', '--']));
    return commit === undefined ? undefined : parseCommit(commit);
  }

  async filesChangedSince(folder: string, since: string | null): Promise<readonly FileChange[]> {
    const base = since === null ? await this.#emptyTree(folder) : requireHash(since);
    if (base === undefined) return [];
    const diff = ['diff', '--name-status', '-z', '--find-renames', '--relative', ...diffOptions];
    const [tracked, untracked] = await Promise.all([
      this.#run(folder, [...diff, '--end-of-options', base, '--', '.']),
      this.#run(folder, ['ls-files', '--others', '--exclude-standard', '-z', '--', '.']),
    ]);
    const created = split(untracked).map((path): FileChange => ({ path, change: 'created' }));
    return [...parseNameStatus(split(tracked)), ...created];
  }

  async isInHistory(folder: string, commit: string): Promise<boolean> {
    const outside = ['rev-list', '--max-count=1', '--end-of-options', `HEAD..${requireHash(commit)}`, '--'];
    // Git refuses to speak of a commit that it does not have.
    return (await this.#run(folder, outside)) === '';
  }

  async commitBefore(folder: string, at: string): Promise<string | null> {
    if (Number.isNaN(Date.parse(at))) throw new BatonError('invalid_input', `${at} is not a time`);
    const before = `--before=${new Date(at).toISOString()}`;
    const output = await this.#run(folder, ['rev-list', '-1', before, 'HEAD', '--']);
    return output?.trim() || null;
  }

  async trackedFiles(folder: string, endings: readonly string[]): Promise<readonly string[] | undefined> {
    const patterns = endings.map((ending) => `:(icase)*${ending}`);
    const output = await this.#run(folder, ['ls-files', '--cached', '-z', '--', ...patterns]);
    return output === undefined ? undefined : split(output);
  }

  /** Its name depends on the repository's hash function. */
  async #emptyTree(folder: string): Promise<string | undefined> {
    const format = (await this.#run(folder, ['rev-parse', '--show-object-format']))?.trim();
    if (format === undefined) return undefined;
    return format === 'sha256'
      ? '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'
      : '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  }

  /** Undefined where there is no git, no repository, or nothing that answers; the log says which. */
  async #run(folder: string, args: readonly string[]): Promise<string | undefined> {
    try {
      const git = await this.#open(folder);
      return await git?.raw([...globalOptions, ...args]);
    } catch (error) {
      this.#log.debug(
        `git ${args[0]} in ${folder}: ${error instanceof Error ? error.message.trim() : error}`,
      );
      return undefined;
    }
  }

  async #open(folder: string): Promise<SimpleGit | undefined> {
    this.#binary ??= findProgram('git', { platform: process.platform, env: this.#env });
    const binary = await this.#binary;
    if (binary === undefined) {
      // It may be installed later.
      this.#binary = undefined;
      this.#log.debug('There is no git on PATH');
      return undefined;
    }
    const { openGit } = await import('./git-library.js');
    return openGit({
      baseDir: folder,
      binary,
      config: configuration,
      unsafe,
      timeout: { block: silenceMs },
    });
  }
}

/** Hashes come from session files, and one that starts with a dash would be an option. */
function requireHash(value: string): string {
  if (/^[0-9a-f]{4,64}$/.test(value)) return value;
  throw new BatonError('invalid_input', `${value} is not a commit hash`);
}

function split(output: string | undefined): string[] {
  return (output ?? '').split('\0').filter((part) => part !== '');
}

/** `git status --porcelain=v2 --branch -z`: headers begin with `#`, everything else is a change. */
export function parseStatus(output: string): GitState {
  const parts = split(output);
  const header = (name: string) => {
    const start = `# branch.${name} `;
    return parts.find((part) => part.startsWith(start))?.slice(start.length);
  };
  const head = header('oid');
  const branch = header('head');
  return {
    head: head === undefined || head === '(initial)' ? null : head,
    branch: branch === undefined || branch === '(detached)' ? null : branch,
    dirty: parts.some((part) => !part.startsWith('# ')),
  };
}

function parseCommit(line: string): CommitRef {
  const tab = line.indexOf('\t');
  return { hash: line.slice(0, tab), subject: line.slice(tab + 1) };
}

const changes: Readonly<Record<string, FileChange['change']>> = { A: 'created', C: 'created', D: 'deleted' };

/** `git diff --name-status -z`: a status, then one path, or two when it is a rename or a copy. */
export function parseNameStatus(parts: readonly string[]): FileChange[] {
  const result: FileChange[] = [];
  for (let i = 0; i < parts.length; ) {
    const status = parts[i]?.[0] ?? '';
    const paths = status === 'R' || status === 'C' ? 2 : 1;
    const path = parts[i + paths];
    if (path !== undefined)
      result.push({ path, change: status === 'R' ? 'renamed' : (changes[status] ?? 'modified') });
    i += 1 + paths;
  }
  return result;
}
