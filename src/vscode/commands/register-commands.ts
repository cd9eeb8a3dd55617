/** Every command by its id, each ending in the one mapping of errors. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { type CommandId, commandIds } from '../contributions';
import { showError } from '../show-error';
import { changeStatusCommand, triggerCommand } from './change-status';
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
import { pickTaskCommand } from './pick-task';
import { setRecurrenceCommand, showVelocityCommand } from './recurrence';
import type { Handler, Services } from './services';
import {
  forgetConsentCommand,
  refreshInputsCommand,
  showTerminalCommand,
  stopAgentCommand,
} from './sessions';
import { createSampleCommand, openSettingsCommand, setUpCommand } from './set-up';
import {
  copyIdCommand,
  openChecklistItemCommand,
  openTaskCommand,
  revealTaskCommand,
  showPacketCommand,
} from './task-file';

const handlers: Readonly<Record<CommandId, Handler>> = {
  [commandIds.setUp]: setUpCommand,
  [commandIds.createSample]: createSampleCommand,
  [commandIds.createTask]: newTaskCommand,
  [commandIds.createDownstream]: newDownstreamCommand,
  [commandIds.launch]: launchCommand,
  [commandIds.launchWith]: launchWithCommand,
  [commandIds.resume]: resumeCommand,
  [commandIds.openTask]: openTaskCommand,
  [commandIds.revealTask]: revealTaskCommand,
  [commandIds.pickTask]: pickTaskCommand,
  [commandIds.copyId]: copyIdCommand,
  [commandIds.changeStatus]: changeStatusCommand,
  [commandIds.block]: triggerCommand('block'),
  [commandIds.unblock]: triggerCommand('unblock'),
  [commandIds.cancel]: triggerCommand('cancel'),
  [commandIds.reopen]: triggerCommand('reopen'),
  [commandIds.finalize]: finalizeCommand,
  [commandIds.refreshInputs]: refreshInputsCommand,
  [commandIds.showPacket]: showPacketCommand,
  [commandIds.openChecklistItem]: openChecklistItemCommand,
  [commandIds.showTerminal]: showTerminalCommand,
  [commandIds.stopAgent]: stopAgentCommand,
  [commandIds.forgetConsent]: forgetConsentCommand,
  [commandIds.openSettings]: openSettingsCommand,
  [commandIds.addNote]: addNoteCommand,
  [commandIds.logTime]: logTimeCommand,
  [commandIds.setProgress]: setProgressCommand,
  [commandIds.setRecurrence]: setRecurrenceCommand,
  [commandIds.showVelocity]: showVelocityCommand,
  [commandIds.flush]: flushCommand,
  [commandIds.checkHealth]: checkHealthCommand,
  [commandIds.showChangeLog]: showChangeLogCommand,
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
