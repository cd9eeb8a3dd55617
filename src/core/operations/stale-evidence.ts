/** Whether what a feature was verified with still stands. Derived from git when somebody asks, never stored. */
import type { StaleEvidence } from '../model/evidence';
import { staleEvidenceWords } from '../model/evidence';
import type { Feature, Problem, TaskDocument } from '../model/task';
import { type ChangedFile, changedSince, concerns, fingerprint } from './code-state';
import type { BatonWorkspace } from './workspace';

/** By feature id; only of features that pass on evidence which names a commit or a command. */
export type StaleFeatures = ReadonlyMap<string, StaleEvidence>;

/** Where somebody waits: each commit costs three runs of git. */
export const commitsJudged = 50;

/** Asks git once about a commit, however many features were verified at it. */
export class EvidenceJudge {
  readonly #workspace: BatonWorkspace;
  readonly #maxCommits: number;
  #head: Promise<string | undefined> | undefined;
  readonly #since = new Map<string, Promise<readonly ChangedFile[] | 'gone' | 'unknown'>>();

  /**
   * Does no I/O. What it has learnt it keeps: make a new one for every look.
   *
   * @param options.maxCommits evidence of further commits is taken to stand
   */
  constructor(workspace: BatonWorkspace, options: { readonly maxCommits?: number } = {}) {
    this.#workspace = workspace;
    this.#maxCommits = options.maxCommits ?? Number.POSITIVE_INFINITY;
  }

  async staleOf(features: readonly Feature[]): Promise<StaleFeatures> {
    const stale = new Map<string, StaleEvidence>();
    for (const feature of features) {
      const found = await this.#judge(feature);
      if (found !== undefined) stale.set(feature.id, found);
    }
    return stale;
  }

  async #judge({ passes, verify, files, evidence }: Feature): Promise<StaleEvidence | undefined> {
    if (!passes || evidence === undefined) return undefined;
    if (evidence.command !== undefined && verify !== undefined && evidence.command !== verify)
      return { reason: 'command_changed', files: [] };
    if (evidence.commit === undefined) return undefined;
    const since = await this.#changes(evidence.commit);
    if (since === 'unknown') return undefined;
    if (since === 'gone') return { reason: 'commit_gone', files: [] };
    const own = since.filter(({ path }) => concerns(files, path));
    const now = own.length === 0 ? undefined : fingerprint(this.#workspace, own);
    if (now === evidence.changes) return undefined;
    return { reason: 'files_changed', files: own.map(({ path }) => path) };
  }

  #changes(commit: string): Promise<readonly ChangedFile[] | 'gone' | 'unknown'> {
    const known = this.#since.get(commit);
    if (known !== undefined) return known;
    if (this.#since.size >= this.#maxCommits) return Promise.resolve('unknown');
    const asked = this.#ask(commit);
    this.#since.set(commit, asked);
    return asked;
  }

  async #ask(commit: string): Promise<readonly ChangedFile[] | 'gone' | 'unknown'> {
    // The file is anybody's to edit: only a hash may reach git.
    if (!/^[0-9a-f]{7,64}$/.test(commit)) return 'gone';
    this.#head ??= this.#askHead();
    const head = await this.#head;
    if (head === undefined) return 'unknown';
    const { git } = this.#workspace.ports;
    const held = commit === head || (await git.isInHistory(this.#workspace.root, commit));
    return held ? changedSince(this.#workspace, commit) : 'gone';
  }

  async #askHead(): Promise<string | undefined> {
    const { ports, root } = this.#workspace;
    return (await ports.git.state(root))?.head ?? undefined;
  }
}

/** What is finished is history: code goes on, and its evidence is of its own time. */
export function isOpen({ status }: Pick<TaskDocument, 'status'>): boolean {
  return status !== 'completed' && status !== 'cancelled';
}

export function staleProblems(
  text: string,
  document: TaskDocument,
  stale: StaleFeatures,
): readonly Problem[] {
  return document.featureList.flatMap((feature): Problem[] => {
    const found = stale.get(feature.id);
    if (found === undefined) return [];
    const before = text.slice(0, feature.range.start);
    return [
      {
        code: 'feature_evidence_stale',
        severity: found.reason === 'files_changed' ? 'info' : 'warning',
        message: `Feature "${feature.id.slice(0, 80)}" passes, but ${staleEvidenceWords(found)}`,
        range: feature.range,
        line: before.split('\n').length,
        column: before.length - before.lastIndexOf('\n'),
      },
    ];
  });
}
