/** One generated project from its first session to its completion, with every interruption on the way. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../e2e/support/with-repository';
import { endBreaches, packetBreaches, sessionBreaches, type World } from './laws';
import { readPacket } from './packet-reader';
import type { Interruption, Project, WorldEvent } from './project';
import { outputMark, reopened, stateFile, upstreamText, worked, writeProject } from './project-files';
import { agentNames, runInterrupted, runWhole, type SessionRun } from './session-run';
import { readState, type StateFacts } from './state-reader';

export interface Figures {
  projects: number;
  interruptions: number;
  agentKilled: number;
  launcherKilled: number;
  bothKilled: number;
  withHooks: number;
  hooksHeard: number;
  /** Ended by itself before its kill. */
  tooLate: number;
  packets: number;
  incomplete: number;
  robberiesRefused: number;
  gitLocks: number;
  agedLeases: number;
  features: number;
}

export const noFigures = (): Figures => ({
  ...{
    projects: 0,
    interruptions: 0,
    agentKilled: 0,
    launcherKilled: 0,
    bothKilled: 0,
    withHooks: 0,
    hooksHeard: 0,
    tooLate: 0,
  },
  ...{ packets: 0, incomplete: 0, robberiesRefused: 0, gitLocks: 0, agedLeases: 0, features: 0 },
});

interface SessionRecord {
  readonly id: string;
  readonly task: string;
  readonly number: number;
  readonly pid: number | null;
  readonly agent: string;
  readonly hookAt: string | null;
  readonly end: unknown;
}

export class ProjectRun {
  readonly #repository: Repository;
  readonly #project: Project;
  readonly #figures: Figures;
  readonly #versions = new Map<string, number>();
  readonly #decisions: { readonly id: number; readonly text: string }[] = [];
  readonly #superseded: string[] = [];
  readonly breaches: string[] = [];

  constructor(repository: Repository, project: Project, figures: Figures) {
    this.#repository = repository;
    this.#project = project;
    this.#figures = figures;
    for (const { id } of project.upstream) this.#versions.set(id, 1);
  }

  /** @returns the interruptions that the task did not last for */
  async through(interruptions: readonly Interruption[]): Promise<readonly Interruption[]> {
    await writeAgents(this.#repository);
    await writeProject(this.#repository, this.#project);
    const left = [...interruptions];
    while ((await this.#state()).status !== 'completed') {
      const plan = left.shift();
      if (!plan) break;
      await this.#happen(plan.before);
      const run = await this.#session(() => runInterrupted(this.#repository, plan));
      this.#count(plan, run);
    }
    await this.#finish();
    this.#figures.projects++;
    this.#figures.features += this.#project.features.length - this.#project.passed;
    return left;
  }

  async #finish(): Promise<void> {
    for (let left = 2; left > 0 && (await this.#state()).status !== 'completed'; left--) {
      await this.#session(() => runWhole(this.#repository, { BATON_DEMO_FEATURES: 'all' }));
    }
    // Somebody looks at the folder, which is when a session is closed whose launcher was killed.
    await this.#repository.json(['session', 'sweep']);
    const subjects = (await this.#repository.git('log', '--format=%s')).split('\n');
    const sessions = (await this.#sessions()).map(({ number, end }) => ({ number, ended: end !== null }));
    this.breaches.push(...endBreaches(this.#project, await this.#state(), sessions, subjects));
  }

  async #session(launch: () => Promise<SessionRun>): Promise<SessionRun> {
    const before = await this.#state();
    const known = new Set((await this.#sessions()).map(({ id }) => id));
    const world = await this.#world();
    const run = await launch();
    await this.#clearUp();
    const after = await this.#state();
    const found = sessionBreaches(this.#project, run, before, after);
    const packets: string[] = [];
    for (const session of await this.#sessions()) {
      // A second session that began after the first had ended was told of what that one did.
      if (known.has(session.id) || session.id === run.robbery.session) continue;
      packets.push(...(await this.#packet(session, before, after, world)), ...this.#heard(session, run));
    }
    if (found.length + packets.length > 0) {
      this.breaches.push(...found, ...packets, `… in this session:\n${run.printed.slice(-4000)}`);
    }
    return run;
  }

  /** A launcher that was killed before it wrote the packet has started no agent either. */
  async #packet(
    session: SessionRecord,
    before: StateFacts,
    after: StateFacts,
    world: World,
  ): Promise<readonly string[]> {
    const text = await this.#repository.read(`.baton/packets/${session.id}.md`).catch(() => undefined);
    if (text === undefined) return [];
    const found = packetBreaches(readPacket(text), text, session.number, before, after, world);
    this.#figures.packets++;
    if (found.length > 0) this.#figures.incomplete++;
    return found;
  }

  #heard({ agent, hookAt, number }: SessionRecord, { printed }: SessionRun): readonly string[] {
    // Its start hook comes before its first step.
    if (agent !== agentNames.hooks || !printed.includes('  1  Check the folder')) return [];
    if (hookAt === null) return [`no hook of session ${number} was heard`];
    this.#figures.hooksHeard++;
    return [];
  }

  /** What a person does after a crash: removes git's lock, as git asks for. And time passes, when it has to. */
  async #clearUp(): Promise<void> {
    const folder = join(this.#repository.root, '.git');
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith('.lock')) continue;
      await rm(join(folder, name));
      this.#figures.gitLocks++;
    }
    for (const session of await this.#sessions()) {
      // Killed before anybody knew which process runs, so that only the age of the lease can tell.
      if (session.end === null && session.pid === null) await this.#age(session);
    }
  }

  async #age({ id }: SessionRecord): Promise<void> {
    const path = `.baton/sessions/${id}.json`;
    const longAgo = new Date(Date.now() - 3_600_000).toISOString();
    const record: object = JSON.parse(await this.#repository.read(path));
    const aged = { ...record, startedAt: longAgo, beatAt: longAgo, expiresAt: longAgo };
    await this.#repository.write(path, JSON.stringify(aged));
    this.#figures.agedLeases++;
  }

  async #happen(event: WorldEvent): Promise<void> {
    if (event === 'output') await this.#changeOutput();
    if (event === 'decide') await this.#decide([]);
    const old = this.#decisions[0];
    if (event === 'replace' && old) {
      this.#decisions.shift();
      this.#superseded.push(old.text);
      await this.#decide(['--supersedes', String(old.id)]);
    }
    if (event === 'reopen') await this.#reopen();
  }

  async #changeOutput(): Promise<void> {
    for (const { id, title } of this.#project.upstream) {
      const version = (this.#versions.get(id) ?? 1) + 1;
      this.#versions.set(id, version);
      await this.#repository.write(stateFile(id), upstreamText(id, title, version));
    }
  }

  async #decide(more: readonly string[]): Promise<void> {
    const text = `DECISION-${this.#decisions.length + this.#superseded.length + 1}- holds now`;
    const args = ['note', '--kind', 'decision', '--task', worked, text, ...more];
    const { data } = await this.#repository.json(args);
    this.#decisions.push({ id: data.note.id, text });
  }

  async #reopen(): Promise<void> {
    const done = (await this.#state()).features.slice(0, this.#project.passed).find(({ passes }) => passes);
    if (!done) return;
    const text = await this.#repository.read(stateFile(worked));
    await this.#repository.write(stateFile(worked), reopened(text, done.id));
  }

  async #world(): Promise<World> {
    const outputs = [...this.#versions].map(([id, version]) => {
      const stale = Array.from({ length: version - 1 }, (_, index) => outputMark(id, index + 1));
      return [id, { now: outputMark(id, version), stale }] as const;
    });
    return {
      outputs: new Map(outputs),
      decisions: this.#decisions.map(({ text }) => text),
      superseded: this.#superseded,
      head: (await this.#repository.git('rev-parse', 'HEAD')).trim(),
    };
  }

  async #state(): Promise<StateFacts> {
    return readState(await this.#repository.read(stateFile(worked)));
  }

  async #sessions(): Promise<readonly SessionRecord[]> {
    const folder = join(this.#repository.root, '.baton', 'sessions');
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')),
    );
    return texts.map((text): SessionRecord => JSON.parse(text)).filter(({ task }) => task === worked);
  }

  #count(plan: Interruption, run: SessionRun): void {
    const figures = this.#figures;
    figures.interruptions++;
    figures.agentKilled += plan.who === 'agent' ? 1 : 0;
    figures.launcherKilled += plan.who === 'launcher' ? 1 : 0;
    figures.bothKilled += plan.who === 'both' ? 1 : 0;
    figures.withHooks += plan.hooks ? 1 : 0;
    figures.tooLate += run.code === 0 ? 1 : 0;
    figures.robberiesRefused += run.robbery.outcome === 'refused' ? 1 : 0;
  }
}

/** Two profiles of the person's own, so that both ways are run whatever the built-in one does. */
async function writeAgents(repository: Repository): Promise<void> {
  const plain = {
    label: 'Demonstration agent without hooks',
    executables: [{ ref: 'node' }],
    args: [{ ref: 'demoAgent' }],
    env: { BATON_CLI: { ref: 'batonCli' } },
  };
  const hooked = {
    ...plain,
    label: 'Demonstration agent with hooks',
    args: [{ ref: 'demoAgent' }, { if: 'hooks', args: ['--hooks', { ref: 'baton' }] }],
    hooks: {
      supply: 'an argument',
      dialect: 'demo',
      events: ['start', 'prompt', 'tool', 'preCompact', 'stop', 'end'],
      againAfterCompaction: true,
    },
  };
  const folder = join(repository.root, '..', 'config', 'baton');
  await mkdir(folder, { recursive: true });
  const agents = { [agentNames.hooks]: hooked, [agentNames.plain]: plain };
  await writeFile(join(folder, 'agents.json'), JSON.stringify(agents));
}
