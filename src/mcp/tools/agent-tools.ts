import * as z from 'zod';
import { BatonError } from '../../core/base/baton-error';
import { type ChoiceKeeper, controlActions, controlAgents } from '../../core/operations/agent-control';
import { agentStatus } from '../../core/operations/agent-status';
import { reportWindow, statusReport } from '../../core/operations/status-report';
import { statusReportText } from '../../core/operations/status-report-text';
import { agentStatusShape, controlShape } from '../../wire/protocol-shape';
import { type ToolCall, tool } from '../tool';

const status = z.looseObject({
  agents: z.array(
    z.looseObject({ id: z.string(), task: z.string(), agent: z.string(), liveness: z.string() }),
  ),
  background: z.looseObject({
    autoResume: z.boolean(),
    pausedAt: z.nullable(z.string()),
    held: z.array(z.string()),
  }),
  blocked: z.array(z.string()),
  resumable: z.array(z.string()),
});

export const agentStatusTool = tool({
  name: 'agent_status',
  title: 'Show agents at work',
  description:
    'Show which agents are at work on which tasks and whether they are silent, what is queued, blocked or resumable, and whether work may start by itself.',
  reads: true,
  input: z.strictObject({}),
  output: status,
  run: async (call) => {
    const { workspace } = call;
    return agentStatusShape(await agentStatus(workspace, await choicesOf(call).read(workspace.root)));
  },
});

export const agentControlTool = tool({
  name: 'agent_control',
  title: 'Control agents',
  description:
    '"pause" keeps work from starting by itself, in the folder or on one task, and ends nothing that runs; "resume" takes that back; "cancel" ends one agent; "state" only looks. "cancel", and "resume" where the person has paused the folder, need "confirmed" after the person has agreed.',
  replaces: true,
  again: true,
  input: z.strictObject({
    action: z.enum(controlActions),
    target: z.string().optional().describe('Session id or task id. Default: all of the folder.'),
    confirmed: z
      .boolean()
      .optional()
      .describe('The person has agreed that the agent, or their own pause, is ended.'),
  }),
  output: z.looseObject({ changed: z.boolean(), text: z.string(), status }),
  run: async (call, request) => controlShape(await controlAgents(call.workspace, request, choicesOf(call))),
});

export const reportShow = tool({
  name: 'report_show',
  title: 'Show what happened',
  description:
    'Show what happened on a day: sessions, features that pass, tasks completed or blocked, commits; and what needs the person now.',
  reads: true,
  input: z.strictObject({
    day: z.string().optional().describe('As 2026-11-21, in UTC. Default: today.'),
  }),
  output: z.looseObject({ markdown: z.string() }),
  run: async ({ workspace }, { day }) => {
    const report = await statusReport(workspace, reportWindow(workspace, { day }));
    return { markdown: statusReportText(report, workspace.root.split('/').at(-1) ?? '') };
  },
});

function choicesOf({ choices }: ToolCall): ChoiceKeeper {
  if (choices !== undefined) return choices;
  throw new BatonError('read_only', 'What may start by itself cannot be seen or changed from here', {
    hint: 'Use `baton agent status` and `baton agent control`.',
  });
}
