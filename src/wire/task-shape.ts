/** `Task` and `TaskWhole` as the command line and the MCP server send them. Source: product.md section 7. */
import type { Session } from '../core/model/session';
import type { Snapshot, TaskView, TaskWhole } from '../core/operations/task-view';
import type { Velocity } from '../core/operations/velocity';

export function taskShape(task: TaskView) {
  const shape = {
    id: task.id,
    title: task.title,
    status: task.status,
    badges: task.badges,
    stale: task.staleReasons,
    dependsOn: task.dependsOn,
    unmet: task.unmet,
    feeds: task.downstream,
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
    sessions: task.sessions,
    running: task.running ? task.running.session.id : null,
    file: task.file,
  };
  return task.fileProblem === undefined ? shape : { ...shape, fileProblem: task.fileProblem };
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
      ...(feature.evidence === undefined ? {} : { evidence: feature.evidence }),
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

/** @param hooksInactive hooks were handed to its agent, and none was heard in time */
export function sessionShape(session: Session, liveness: string, hooksInactive = false) {
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
      .map((view) => sessionShape(view.session, view.liveness, view.hooksInactive)),
    now: running.map(
      (task) =>
        `#${task.id} ${task.title}: session ${task.running?.session.number} by ${task.running?.session.agent}`,
    ),
    next,
    velocity,
  };
}
