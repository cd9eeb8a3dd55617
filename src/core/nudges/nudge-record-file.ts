/** The nudge record on disk: one JSON document that every window and command line of a folder shares. Knows no rules. */
import { parseJson } from '../base/parse-json';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type NudgeRecord, nudgeRecordSchema } from '../model/nudge';
import type { Ports } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { ensureRuntime } from '../store/layout';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';

type FilePorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

const lockName = 'nudges';
/** What a repository could bring along to fill our memory with. */
const maxBytes = 2_000_000;

export class NudgeRecordFile {
  readonly #ports: FilePorts;
  readonly #root: string;
  readonly #locks: Locks;
  readonly #guard: WorkspaceGuard;

  /** Does no I/O. @param root absolute path of the workspace folder, `/` as separator */
  constructor(ports: FilePorts, root: string) {
    this.#ports = ports;
    this.#root = root;
    this.#locks = new Locks(ports, paths.locks(root));
    this.#guard = new WorkspaceGuard(ports.fs, root);
  }

  /** Undefined when there is none, or none that makes sense. Throws `untrusted`, `io_failed`. */
  async read(): Promise<NudgeRecord | undefined> {
    const found = await this.#look();
    return found === 'damaged' ? undefined : found;
  }

  /**
   * Changes the record under its lock; `decide` gets it as it is now and answers undefined to leave it. A record that
   * makes no sense is set aside under another name, and never overwritten. Throws `locked`, `untrusted`, `io_failed`.
   */
  async update(decide: (record: NudgeRecord | undefined) => NudgeRecord | undefined): Promise<void> {
    await ensureRuntime(this.#ports.fs, this.#root);
    await this.#locks.with(lockName, async () => {
      const found = await this.#look();
      if (found === 'damaged') await this.#setAside();
      const next = decide(found === 'damaged' ? undefined : found);
      if (next === undefined) return;
      const path = await this.#guard.forWriting(paths.nudges(this.#root));
      await replaceFile(this.#ports.fs, path, encodeUtf8(`${JSON.stringify(next, null, 2)}\n`));
    });
  }

  async #look(): Promise<NudgeRecord | 'damaged' | undefined> {
    const path = await this.#guard.forWriting(paths.nudges(this.#root));
    if (((await this.#ports.fs.stat(path))?.size ?? 0) > maxBytes) return 'damaged';
    const bytes = await this.#ports.fs.read(path);
    if (bytes === undefined) return undefined;
    const parsed = nudgeRecordSchema.safeParse(parseJson(decodeUtf8(bytes) ?? ''));
    return parsed.success ? parsed.data : 'damaged';
  }

  async #setAside(): Promise<void> {
    const path = paths.nudges(this.#root);
    const aside = `${path.slice(0, -'.json'.length)}.malformed-${this.#ports.clock.now().getTime()}.json`;
    await this.#ports.fs.rename(path, aside);
    this.#ports.log.warn(`${path} made no sense and is kept as ${aside}`);
  }
}
