/**
 * Every string that must match package.json, typed once. `test/unit/manifest.test.ts` compares both ways, so that a
 * command cannot exist in the manifest without code, or in code without the manifest.
 */

export const containerId = 'baton';

export const viewIds = {
  chains: 'baton.chains',
  sessions: 'baton.sessions',
  attention: 'baton.attention',
} as const;

export const commandIds = {
  setUp: 'baton.init',
  createSample: 'baton.sample.create',
  createTask: 'baton.task.create',
  createDownstream: 'baton.task.createDownstream',
  plan: 'baton.plan.propose',
  createPlannedTasks: 'baton.plan.accept',
  discardPlan: 'baton.plan.discard',
  launch: 'baton.task.launch',
  launchWith: 'baton.task.launchWith',
  resume: 'baton.task.resume',
  openTask: 'baton.task.open',
  revealTask: 'baton.task.reveal',
  pickTask: 'baton.task.pick',
  copyId: 'baton.task.copyId',
  setAgent: 'baton.task.setAgent',
  changeDependencies: 'baton.task.dependencies',
  changeStatus: 'baton.task.status',
  block: 'baton.task.block',
  unblock: 'baton.task.unblock',
  cancel: 'baton.task.cancel',
  reopen: 'baton.task.reopen',
  finalize: 'baton.finalize',
  refreshInputs: 'baton.inputs.refresh',
  showPacket: 'baton.packet.show',
  openChecklistItem: 'baton.checklist.open',
  verifyFeature: 'baton.feature.verify',
  verifyAll: 'baton.feature.verifyAll',
  verifyChanged: 'baton.feature.verifyChanged',
  passByHand: 'baton.feature.passByHand',
  showTerminal: 'baton.session.showTerminal',
  stopAgent: 'baton.session.stop',
  forgetConsent: 'baton.consent.forget',
  openSettings: 'baton.config.open',
  connectAgent: 'baton.agent.connect',
  setUpTools: 'baton.tools.setUp',
  addNote: 'baton.note.add',
  logTime: 'baton.time.log',
  setProgress: 'baton.progress.set',
  setRecurrence: 'baton.task.recur',
  showVelocity: 'baton.velocity.show',
  turnOnAutoResume: 'baton.autoResume.turnOn',
  turnOffAutoResume: 'baton.autoResume.turnOff',
  pauseBackground: 'baton.background.pause',
  resumeBackground: 'baton.background.resume',
  showBackgroundOutput: 'baton.background.showOutput',
  showReport: 'baton.report.show',
  showMetrics: 'baton.report.metrics',
  showQueue: 'baton.queue.show',
  resumeInBackground: 'baton.queue.run',
  removeFromQueue: 'baton.queue.remove',
  openRunLog: 'baton.session.openLog',
  nudgeAgent: 'baton.agent.nudge',
  acceptDraft: 'baton.suggestion.accept',
  dismissDraft: 'baton.suggestion.dismiss',
  unmute: 'baton.nudges.unmute',
  flush: 'baton.flush',
  checkHealth: 'baton.health.check',
  showChangeLog: 'baton.changeLog.show',
  searchMemory: 'baton.memory.search',
  refresh: 'baton.refresh',
  showLog: 'baton.log.show',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Commands that only make sense on the thing they were called from; the palette does not offer them. */
export const contextOnlyCommands: readonly CommandId[] = [
  commandIds.revealTask,
  commandIds.copyId,
  commandIds.block,
  commandIds.unblock,
  commandIds.cancel,
  commandIds.reopen,
  commandIds.openChecklistItem,
  commandIds.passByHand,
  commandIds.acceptDraft,
  commandIds.dismissDraft,
];

export const contextKeys = {
  /** 'none' | 'virtual' | 'loading' | 'absent' | 'failed' | 'ready', of the folder that is furthest. */
  phase: 'baton.phase',
  hasTasks: 'baton.hasTasks',
  /** Paths of state files, for `resourcePath in …`. */
  taskFiles: 'baton.taskFiles',
  launchFiles: 'baton.launchFiles',
  resumeFiles: 'baton.resumeFiles',
  runningFiles: 'baton.runningFiles',
  finalizeFiles: 'baton.finalizeFiles',
  /** Texts of plans that are open, saved or not. */
  planFiles: 'baton.planFiles',
  /** Some folder of the window has it on. */
  autoResume: 'baton.autoResume',
  /** Some folder of the window is paused. */
  backgroundPaused: 'baton.backgroundPaused',
  hasQueue: 'baton.hasQueue',
  /** Some task has had a session, at work or ended. */
  hasSessions: 'baton.hasSessions',
  /** Some task has had a session that followed another one. */
  hasResumed: 'baton.hasResumed',
  /** Some task is completed. */
  hasCompleted: 'baton.hasCompleted',
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const settingIds = {
  agents: 'baton.agents',
  defaultAgent: 'baton.defaultAgent',
  statusBar: 'baton.statusBar.enabled',
  codeLens: 'baton.codeLens.enabled',
  decorations: 'baton.decorations.enabled',
  terminalLocation: 'baton.terminal.location',
  chatOffer: 'baton.chat.offer',
  agentRuntime: 'baton.agentRuntime',
  memory: 'baton.memory',
  workers: 'baton.workers',
} as const;

/** Words in a tree item's contextValue; menus match them with `viewItem =~ /\bword\b/`. */
export const itemTokens = {
  task: 'task',
  checklistItem: 'checklistItem',
  feature: 'feature',
  canVerify: 'canVerify',
  hasFeatures: 'hasFeatures',
  session: 'session',
  canLaunch: 'canLaunch',
  canResume: 'canResume',
  running: 'running',
  canStop: 'canStop',
  canFinalize: 'canFinalize',
  readyToFinalize: 'readyToFinalize',
  canBlock: 'canBlock',
  canUnblock: 'canUnblock',
  canCancel: 'canCancel',
  canReopen: 'canReopen',
  staleInputs: 'staleInputs',
  queued: 'queued',
  draft: 'draft',
  hasLog: 'hasLog',
} as const;
export type ItemToken = (typeof itemTokens)[keyof typeof itemTokens];

/** The read-only document a startup packet is shown in. */
export const packetScheme = 'baton-packet';
export const reportScheme = 'baton-report';
/** Key in workspaceState under which terminals of running sessions are remembered across reloads. */
export const terminalsKey = 'baton.terminals';
export const lastAgentKey = 'baton.lastAgent';
/** Hooks that the person declined, and what was told of agents: choices of this workspace's person, not of a task. */
export const declinedKey = 'baton.declinedHooks';
export const toldNoticesKey = 'baton.toldNotices';

/** The tools that a model is offered: those of the MCP server. In the editor each has a prefix, since all extensions share names. */
export const toolPrefix = 'baton_';
export const toolNames = {
  taskShow: 'task_show',
  memory: 'memory',
  taskCreate: 'task_create',
  taskStatus: 'task_status',
  progressAdd: 'progress_add',
  featurePass: 'feature_pass',
  noteAdd: 'note_add',
  finalize: 'finalize',
} as const;
export type ToolName = (typeof toolNames)[keyof typeof toolNames];
export const mcpProviderId = 'baton.mcp';
