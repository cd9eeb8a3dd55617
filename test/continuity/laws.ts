/** What must hold after every session of a generated project, and at its end. Each breach is one line. */
import type { PacketFacts } from './packet-reader';
import type { Project } from './project';
import type { SessionRun } from './session-run';
import { firstOpen, lastNextSteps, type StateFacts } from './state-reader';

/** What a person at the desk knows to be true when a session is launched. */
export interface World {
  /** Upstream task to the mark of its output as it is, and the marks of earlier ones. */
  readonly outputs: ReadonlyMap<string, { readonly now: string; readonly stale: readonly string[] }>;
  readonly decisions: readonly string[];
  readonly superseded: readonly string[];
  /** HEAD at the launch. */
  readonly head: string;
}

/** Every law about what the packet must hold; none broken means that it is complete. */
export function packetBreaches(
  packet: PacketFacts,
  text: string,
  session: number,
  before: StateFacts,
  after: StateFacts,
  world: World,
): readonly string[] {
  const next = firstOpen(before);
  const wanted = next === undefined ? undefined : oneLine(`${next.id}: ${next.description}`);
  // The entry that Baton wrote for the session before may be newer than `before`; it is in `after`, under its number.
  const steps = lastNextSteps(after, session).map(oneLine);
  return [
    ...differs('session number', packet.session, session),
    ...differs('number of the entry to write', packet.entryUnder, session),
    ...differs('next feature', packet.next, wanted),
    ...differs('next steps', packet.nextSteps.join('\n'), steps.join('\n')),
    ...differs('decisions', [...packet.decisions].sort().join('\n'), [...world.decisions].sort().join('\n')),
    ...(packet.lastCommit.startsWith(world.head.slice(0, 7)) ? [] : [`last commit: ${packet.lastCommit}`]),
    ...[...world.outputs].flatMap(([id, { now, stale }]) => [
      ...(packet.inputs.get(id)?.includes(now) ? [] : [`the output of #${id} as it is (${now}) is missing`]),
      ...stale.filter((mark) => text.includes(mark)).map((mark) => `a stale output: ${mark}`),
    ]),
    ...world.superseded
      .filter((decision) => text.includes(decision))
      .map((one) => `a superseded decision: ${one}`),
  ].map((breach) => `packet of session ${session}: ${breach}`);
}

/** What one session did with the task. */
export function sessionBreaches(
  project: Project,
  run: SessionRun,
  before: StateFacts,
  after: StateFacts,
): readonly string[] {
  const picked = pickedFeatures(run.printed);
  const open = before.features.filter(({ passes }) => !passes).map(({ id }) => id);
  const newlyPassed = after.features.filter(({ id, passes }) => passes && open.includes(id));
  return [
    ...lost(project, after),
    ...picked.flatMap((id, index) => {
      if (!open.includes(id)) return [`repeated ${id}, which passed already`];
      return id === open[index] ? [] : [`skipped ${open[index]} and worked on ${id}`];
    }),
    ...toldAfterCompaction(run.printed)
      .filter(({ next, picked }) => next !== open[picked])
      .map(({ next, picked }) => `a hook named ${next} after a compaction, not ${open[picked]}`),
    ...newlyPassed
      .filter(({ id }) => !picked.includes(id))
      .map(({ id }) => `${id} passes, but nobody worked on it`),
    ...before.features
      .filter(({ passes }, index) => passes && after.features[index]?.passes === false)
      .map(({ id }) => `${id} passed and does not any more`),
    ...(after.status === 'completed' ? premature(after) : []),
    ...(run.robbery.outcome === 'launched' ? ['a second session started beside a living agent'] : []),
    ...twice(after.entries.map(({ session }) => session)).map(
      (number) => `session ${number} has two entries`,
    ),
  ];
}

/** At the end of a project, when a last session was let go through. */
export function endBreaches(
  project: Project,
  after: StateFacts,
  sessions: readonly { readonly number: number; readonly ended: boolean }[],
  subjects: readonly string[],
): readonly string[] {
  const documented = new Set(after.entries.map(({ session }) => session));
  const doneHere = project.features.slice(project.passed);
  return [
    ...lost(project, after),
    ...(after.status === 'completed' ? premature(after) : [`the task is ${after.status}, not completed`]),
    ...sessions.filter(({ ended }) => !ended).map(({ number }) => `session ${number} has no recorded end`),
    ...sessions
      .filter(({ number }) => !documented.has(number))
      .map(({ number }) => `session ${number} is undocumented`),
    ...twice(sessions.map(({ number }) => number)).map((number) => `two sessions are number ${number}`),
    ...doneHere.flatMap(({ id }) => {
      const commits = subjects.filter((subject) => subject.includes(`: ${id}: `)).length;
      return commits === 1 ? [] : [`${id} has ${commits} commits`];
    }),
  ];
}

/** Ids that step 9 announced, in order; a compaction may have its say before. */
export function pickedFeatures(printed: string): readonly string[] {
  return [...printed.matchAll(/^ {2}9 {2}.*\n((?: {5}.*(?:\n|$))*)/gm)].flatMap((match) => {
    const lines = (match[1] ?? '').split('\n').map((line) => line.trim());
    const own = lines.filter((line) => !/^(The context ran|Kept: |Known again |Waiting at )/.test(line));
    const [id, description] = (own[0] ?? '').split(/: (?=Say )/);
    return id === undefined || description === undefined ? [] : [id];
  });
}

/** What the start hook told after each compaction, and how many features were passed by then. */
function toldAfterCompaction(printed: string) {
  return [...printed.matchAll(/^ {5}Known again from the start hook: (.*)$/gm)].map((match) => ({
    next: /^next is (.*?): Say /.exec(match[1] ?? '')?.[1],
    picked: [...printed.slice(0, match.index).matchAll(/^ {5}.* passes: node .* exited 0$/gm)].length,
  }));
}

function lost(project: Project, after: StateFacts): readonly string[] {
  const wanted = project.features.map(({ id, description }) => `${id}: ${description}`);
  const found = after.features.map(({ id, description }) => `${id}: ${description}`);
  return wanted
    .filter((feature, index) => found[index] !== feature)
    .map((feature) => `lost feature ${feature}`);
}

function premature({ features, criteria, output }: StateFacts): readonly string[] {
  return [
    ...features.filter(({ passes }) => !passes).map(({ id }) => `completed although ${id} does not pass`),
    ...(criteria.every(Boolean) ? [] : ['completed although a criterion is open']),
    ...(output.includes('done by the demonstration agent') ? [] : ['completed without an output']),
  ];
}

function differs(what: string, found: unknown, wanted: unknown): readonly string[] {
  return found === wanted ? [] : [`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
}

function twice(numbers: readonly number[]): readonly number[] {
  return numbers.filter((number, index) => numbers.indexOf(number) !== index);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
