/** What Baton says of itself to programs, and how agents stand; additive only. Source: requirements 001-11 … 001-16. */

import type { Controlled } from '../core/operations/agent-control';
import type { AgentEvent, AgentEventKind } from '../core/operations/agent-events';
import type { AgentStatus } from '../core/operations/agent-status';
import type { StatusReport } from '../core/operations/status-report';
import { capabilities } from './envelope';
import { sessionShape } from './task-shape';

/** Goes up only where an old reader would be misled; what is merely added is told by the capabilities. */
const protocolVersion = 1;

const events = [
  'memory.event',
  'agent.plan',
  'agent.progress',
  'agent.blocked',
] as const satisfies readonly AgentEventKind[];

/** What a program may rely on: of `hello`, of a session's start, and of the first line of `watch`. */
export function protocolShape() {
  return { protocol: { name: 'baton', version: protocolVersion, schema: 1, events }, capabilities };
}

export function agentStatusShape(status: AgentStatus) {
  const { agents, autoResume, pausedAt, held, queue, blocked, resumable, switches } = status;
  return {
    agents: agents.map(({ view, title }) => ({
      ...sessionShape(view.session, view.liveness, view),
      title,
    })),
    background: { autoResume, pausedAt, held },
    ...{ queue, blocked, resumable, switches },
  };
}

export function controlShape({ action, task, changed, text, status }: Controlled) {
  return { action, task, changed, text, status: agentStatusShape(status) };
}

/** The first line of `baton watch`: from where on it tells. */
export function watchBegin(seq: number, at: string) {
  return { schema: 1, seq, event: 'hello', task: null, session: null, at, ...protocolShape() };
}

/** One line of `baton watch`. */
export function eventLine(event: AgentEvent): string {
  return JSON.stringify(event);
}

export function reportShape(report: StatusReport, markdown: string) {
  const { window, ...rest } = report;
  return { from: window.from, to: window.to, ...rest, markdown };
}
