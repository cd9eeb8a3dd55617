/** `Task` and `TaskWhole` as the command line and the MCP server send them. Source: product.md section 7. */
import type { Session } from '../core/model/session';
import type { Feature } from '../core/model/task';
import type { Snapshot, TaskOwn, TaskStanding, TaskView, TaskWhole } from '../core/operations/task-view';
import type { Velocity } from '../core/operations/velocity';
import type { KeptJson } from './json-text';

export function taskShape(task: TaskView) {
  return { ...taskOwnShape(task), ...taskStandingShape(task) };
}

/** Goes up with every change to what `taskOwnShape` makes of a task. A test holds the text of sample tasks against it. */
export const taskOwnFormat = 'task-1';

/** What a task's own file says. */
export function taskOwnShape(task: TaskOwn) {
  return {
    id: task.id,
    title: task.title,
    status: task.status,
    dependsOn: task.dependsOn,
    agent: task.agent ?? null,
    epic: task.epic ?? null,
    priority: task.priority ?? null,
    estimateMinutes: task.estimateMinutes ?? null,
    created: task.created ?? null,
    completed: task.tracking?.completed ?? null,
    spentMinutes: task.tracking?.spentMinutes ?? 0,
    blockedReason: task.tracking?.blockedReason ?? null,
    question: task.tracking?.question ?? null,
    recurs: task.tracking?.recurs ?? null,
    nextDue: task.tracking?.nextDue ?? null,
    progress: {
      passed: task.progress.passed,
      total: task.progress.total,
      percent: task.progress.percent,
      of: task.progress.of,
    },
    file: task.file,
  };
}

/** How it stands among the others. */
function taskStandingShape(task: TaskStanding) {
  const shape = {
    badges: task.badges,
    stale: task.staleReasons,
    unmet: task.unmet,
    feeds: task.downstream,
    sessions: task.sessions,
    running: task.running ? task.running.session.id : null,
  };
  return task.fileProblem === undefined ? shape : { ...shape, fileProblem: task.fileProblem };
}

/**
 * **Invariant:** in a row, equal to `JSON.stringify(taskShape(task))`.
 *
 * @param ownText UTF-8 of `JSON.stringify(taskOwnShape(task))`
 */
export function taskText(ownText: Uint8Array, standing: TaskStanding): KeptJson {
  return { kept: ownText.subarray(0, -1), rest: `,${JSON.stringify(taskStandingShape(standing)).slice(1)}` };
}

/** What a list of tasks needs of each, for readers whose context is small. */
export function taskBriefShape(task: TaskView) {
  const { id, title, status, badges, stale, dependsOn, unmet, agent, priority, ...rest } = taskShape(task);
  const { progress, sessions, running, blockedReason, question, file } = rest;
  const brief = { id, title, status, badges, stale, dependsOn, unmet, agent, priority, progress };
  return { ...brief, sessions, running, blockedReason, question, file };
}

export function taskWholeShape(task: TaskWhole) {
  const { document } = task;
  return {
    ...taskShape(task),
    context: {
      prd: document.context.prd ?? null,
      epic: document.context.epic ?? null,
      repository: document.context.repository ?? null,
      description: document.context.description,
    },
    criteria: document.criteriaList.map(({ text, done }) => ({ text, done })),
    features: document.featureList.map((feature) => ({
      id: feature.id,
      description: feature.description,
      passes: feature.passes,
      testedAt: feature.testedAt ?? null,
      ...(feature.category === undefined ? {} : { category: feature.category }),
      ...(feature.steps.length === 0 ? {} : { steps: feature.steps }),
      ...(feature.verify === undefined ? {} : { verify: feature.verify }),
      ...(feature.files === undefined ? {} : { files: feature.files }),
      ...(feature.evidence === undefined ? {} : { evidence: feature.evidence }),
      ...evidenceShape(task, feature),
    })),
    inputs: document.inputList.map((input) => ({
      from: input.from,
      title: input.title,
      text: input.text,
      stale: task.staleInputs.includes(input.from),
      ...(input.note === '' ? {} : { note: input.note }),
    })),
    log: document.log.map((entry) => ({
      session: entry.session,
      at: entry.at ?? null,
      did: entry.did,
      issues: entry.issues,
      state: entry.state,
      next: entry.next,
      ...(entry.automatic ? { automatic: true } : {}),
    })),
    commits: document.commits,
    output: document.outputDetail
      ? { summary: document.outputDetail.summary, sections: document.outputDetail.sections }
      : null,
    problems: document.problems.map(({ code, severity, message, line, column }) => ({
      code,
      severity,
      message,
      line,
      column,
    })),
  };
}

/** What `passes` rests on, and whether that still stands; both left out where there is nothing to say. */
function evidenceShape({ staleEvidence }: TaskWhole, { id, evidenceKind }: Feature) {
  const stale = staleEvidence?.get(id)?.reason;
  return {
    ...(evidenceKind === undefined ? {} : { evidenceKind }),
    ...(stale === undefined ? {} : { evidenceStale: stale }),
  };
}

interface SeenSession {
  readonly hooksInactive?: boolean;
  readonly longRunning?: boolean;
}

/**
 * @param seen.hooksInactive hooks were handed to its agent, and none was heard in time
 * @param seen.longRunning Baton started it in the background long ago, and it still goes on
 */
export function sessionShape(
  session: Session,
  liveness: string,
  { hooksInactive = false, longRunning = false }: SeenSession = {},
) {
  return {
    id: session.id,
    task: session.task,
    number: session.number,
    agent: session.agent,
    origin: session.origin,
    liveness,
    pid: session.pid,
    startedAt: session.startedAt,
    expiresAt: session.expiresAt,
    packet: session.packet,
    trigger: session.trigger,
    mode: session.mode,
    nativeId: session.nativeId,
    hooks: session.hooks,
    hooksInactive,
    longRunning,
    hookAt: session.hookAt,
    hookEvent: session.hookEvent,
    activeAt: session.activeAt,
    stopRequestedAt: session.stopRequestedAt,
    end: session.end,
  };
}

export function statusShape(snapshot: Snapshot, next: string, velocity: Velocity) {
  const running = snapshot.tasks.filter((task) => task.running !== undefined);
  return {
    tasks: snapshot.counts,
    sessions: snapshot.sessions
      .filter(({ session }) => session.end === null)
      .map((view) => sessionShape(view.session, view.liveness, view)),
    now: running.map(
      (task) =>
        `#${task.id} ${task.title}: session ${task.running?.session.number} by ${task.running?.session.agent}`,
    ),
    next,
    velocity,
  };
}
