/** Session records as files: one JSON document a session, read liberally, replaced whole. Knows no rules. */
import { parseJson } from '../base/parse-json';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type Session, type SessionEnd, sessionSchema } from '../model/session';
import type { FileSystem, Logger } from '../ports';
import { isTemporaryName, replaceFile } from '../store/atomic-file';
import { mapBounded } from '../store/map-bounded';
import { join } from '../store/paths';

const extension = '.json';
const readAtOnce = 64;

export class SessionRecords {
  readonly #fs: FileSystem;
  readonly #log: Logger;
  readonly #folder: string;
  /** Records whose end is settled never change again, so that a look at all sessions reads only the other ones. */
  readonly #ended = new Map<string, Session>();
  /** Complaints already made: a bad file is looked at again and again, and reported once. */
  readonly #reported = new Set<string>();

  constructor(fs: FileSystem, log: Logger, folder: string) {
    this.#fs = fs;
    this.#log = log;
    this.#folder = folder;
  }

  /** Every readable record; by start, then by id. What cannot be read is left alone and logged. */
  async list(): Promise<readonly Session[]> {
    const names = ((await this.#fs.list(this.#folder)) ?? [])
      .filter(({ name, kind }) => kind === 'file' && name.endsWith(extension) && !isTemporaryName(name))
      .map(({ name }) => name);
    const sessions = await mapBounded(names, readAtOnce, (name) => this.#read(name));
    return sessions.filter((session) => session !== undefined).sort(byStart);
  }

  /** Undefined when there is no such record or it cannot be read. Never leaves the folder, whatever the id says. */
  async get(id: string): Promise<Session | undefined> {
    return sessionSchema.shape.id.safeParse(id).success ? this.#read(id + extension) : undefined;
  }

  /** Throws what the file system throws, also when the folder is not there. */
  async put(session: Session): Promise<void> {
    await replaceFile(this.#fs, this.#path(session.id), encodeUtf8(`${JSON.stringify(session, null, 2)}\n`));
  }

  async remove(id: string): Promise<void> {
    if (await this.#fs.remove(this.#path(id))) await this.#fs.syncDirectory(this.#folder);
  }

  async #read(name: string): Promise<Session | undefined> {
    const ended = this.#ended.get(name);
    if (ended !== undefined) return ended;
    const bytes = await this.#fs.read(join(this.#folder, name));
    if (bytes === undefined) return undefined;
    const session = this.#parse(name, bytes);
    if (session?.end && isSettled(session.end)) this.#ended.set(name, session);
    return session;
  }

  #parse(name: string, bytes: Uint8Array): Session | undefined {
    const text = decodeUtf8(bytes);
    if (text === undefined) return this.#skip(name, 'it is not UTF-8');
    const json = parseJson(text);
    if (json === undefined) return this.#skip(name, 'it is not JSON');
    const parsed = sessionSchema.safeParse(json);
    if (!parsed.success) return this.#skip(name, parsed.error.issues.map(issueLine).join('; '));
    if (parsed.data.id + extension !== name) return this.#skip(name, `it holds session ${parsed.data.id}`);
    return parsed.data;
  }

  #skip(name: string, why: string): undefined {
    const complaint = `Session file ${name} is left out: ${why}`;
    if (!this.#reported.has(complaint)) this.#log.warn(complaint);
    this.#reported.add(complaint);
    return undefined;
  }

  #path(id: string): string {
    return join(this.#folder, id + extension);
  }
}

/** Nothing is left to be done for it, and nobody may still come who saw it happen. */
function isSettled(end: SessionEnd): boolean {
  return end.released && end.reason !== 'vanished';
}

function byStart(a: Session, b: Session): number {
  return compare(a.startedAt, b.startedAt) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function issueLine(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${issue.path.map(String).join('.') || 'the record'}: ${issue.message}`;
}
