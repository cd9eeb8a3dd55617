/** Every command by its id, each ending in the one mapping of errors. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { type CommandId, commandIds } from '../contributions';
import { showError } from '../show-error';
import {
  pauseBackgroundCommand,
  resumeBackgroundCommand,
  turnOffAutoResumeCommand,
  turnOnAutoResumeCommand,
} from './auto-resume';
import {
  acceptDraftCommand,
  dismissDraftCommand,
  openRunLogCommand,
  showBackgroundOutputCommand,
  showMetricsCommand,
  unmuteCommand,
} from './background';
import { changeStatusCommand, triggerCommand } from './change-status';
import { connectAgentCommand, setUpToolsCommand } from './connect';
import { finalizeCommand } from './finalize';
import { checkHealthCommand } from './health';
import {
  addNoteCommand,
  flushCommand,
  logTimeCommand,
  setProgressCommand,
  showChangeLogCommand,
} from './journal';
import { launchCommand, launchWithCommand, resumeCommand } from './launch';
import { newDownstreamCommand, newTaskCommand } from './new-task';
import { nudgeAgentCommand } from './nudge-agent';
import { pickTaskCommand } from './pick-task';
import { createPlannedTasksCommand, discardPlanCommand, planCommand } from './plan';
import { removeFromQueueCommand, resumeInBackgroundCommand, showQueueCommand } from './queue';
import { setRecurrenceCommand, showVelocityCommand } from './recurrence';
import { showReportCommand } from './report';
import { searchMemoryCommand } from './search-memory';
import type { Handler, Services } from './services';
import {
  forgetConsentCommand,
  refreshInputsCommand,
  showTerminalCommand,
  stopAgentCommand,
} from './sessions';
import { setAgentCommand } from './set-agent';
import { createSampleCommand, openSettingsCommand, setUpCommand } from './set-up';
import {
  copyIdCommand,
  openChecklistItemCommand,
  openTaskCommand,
  revealTaskCommand,
  showPacketCommand,
} from './task-file';
import { passByHandCommand, verifyAllCommand, verifyChangedCommand, verifyFeatureCommand } from './verify';

const handlers: Readonly<Record<CommandId, Handler>> = {
  [commandIds.setUp]: setUpCommand,
  [commandIds.createSample]: createSampleCommand,
  [commandIds.createTask]: newTaskCommand,
  [commandIds.createDownstream]: newDownstreamCommand,
  [commandIds.plan]: planCommand,
  [commandIds.createPlannedTasks]: createPlannedTasksCommand,
  [commandIds.discardPlan]: discardPlanCommand,
  [commandIds.launch]: launchCommand,
  [commandIds.launchWith]: launchWithCommand,
  [commandIds.resume]: resumeCommand,
  [commandIds.openTask]: openTaskCommand,
  [commandIds.revealTask]: revealTaskCommand,
  [commandIds.pickTask]: pickTaskCommand,
  [commandIds.copyId]: copyIdCommand,
  [commandIds.setAgent]: setAgentCommand,
  [commandIds.changeDependencies]: ({ changeDependencies }, argument) => changeDependencies(argument),
  [commandIds.changeStatus]: changeStatusCommand,
  [commandIds.block]: triggerCommand('block'),
  [commandIds.unblock]: triggerCommand('unblock'),
  [commandIds.cancel]: triggerCommand('cancel'),
  [commandIds.reopen]: triggerCommand('reopen'),
  [commandIds.finalize]: finalizeCommand,
  [commandIds.refreshInputs]: refreshInputsCommand,
  [commandIds.showPacket]: showPacketCommand,
  [commandIds.openChecklistItem]: openChecklistItemCommand,
  [commandIds.verifyFeature]: verifyFeatureCommand,
  [commandIds.verifyAll]: verifyAllCommand,
  [commandIds.verifyChanged]: verifyChangedCommand,
  [commandIds.passByHand]: passByHandCommand,
  [commandIds.showTerminal]: showTerminalCommand,
  [commandIds.stopAgent]: stopAgentCommand,
  [commandIds.forgetConsent]: forgetConsentCommand,
  [commandIds.openSettings]: openSettingsCommand,
  [commandIds.connectAgent]: connectAgentCommand,
  [commandIds.setUpTools]: setUpToolsCommand,
  [commandIds.addNote]: addNoteCommand,
  [commandIds.logTime]: logTimeCommand,
  [commandIds.setProgress]: setProgressCommand,
  [commandIds.setRecurrence]: setRecurrenceCommand,
  [commandIds.showVelocity]: showVelocityCommand,
  [commandIds.turnOnAutoResume]: turnOnAutoResumeCommand,
  [commandIds.turnOffAutoResume]: turnOffAutoResumeCommand,
  [commandIds.pauseBackground]: pauseBackgroundCommand,
  [commandIds.resumeBackground]: resumeBackgroundCommand,
  [commandIds.showBackgroundOutput]: showBackgroundOutputCommand,
  [commandIds.showReport]: showReportCommand,
  [commandIds.showMetrics]: showMetricsCommand,
  [commandIds.showQueue]: showQueueCommand,
  [commandIds.resumeInBackground]: resumeInBackgroundCommand,
  [commandIds.removeFromQueue]: removeFromQueueCommand,
  [commandIds.openRunLog]: openRunLogCommand,
  [commandIds.nudgeAgent]: nudgeAgentCommand,
  [commandIds.acceptDraft]: acceptDraftCommand,
  [commandIds.dismissDraft]: dismissDraftCommand,
  [commandIds.unmute]: unmuteCommand,
  [commandIds.flush]: flushCommand,
  [commandIds.checkHealth]: checkHealthCommand,
  [commandIds.showChangeLog]: showChangeLogCommand,
  [commandIds.searchMemory]: searchMemoryCommand,
  [commandIds.refresh]: ({ state }) => state.refresh(),
  [commandIds.showLog]: async ({ log }) => log.show(),
};

export function registerCommands(services: Services): vscode.Disposable {
  const lifetime = new DisposableStore();
  for (const [id, handler] of Object.entries(handlers)) {
    lifetime.add(
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await handler(services, argument);
        } catch (error) {
          // Not awaited: whoever runs the command must not wait for somebody to read a notification.
          void showError(services.log, error);
        }
      }),
    );
  }
  return lifetime;
}
