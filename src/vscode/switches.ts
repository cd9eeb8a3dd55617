/** What this window's person has switched off, for the window's own work and for every process it starts. */
import * as vscode from 'vscode';
import { offEnvironment, type Switch } from '../core/operations/switches';
import { settingIds } from './contributions';

const settingOf: Readonly<Record<Switch, string>> = {
  agentRuntime: settingIds.agentRuntime,
  memory: settingIds.memory,
  workers: settingIds.workers,
};
const names = ['agentRuntime', 'memory', 'workers'] as const satisfies readonly Switch[];

export function switchedOff(): readonly Switch[] {
  const settings = vscode.workspace.getConfiguration();
  return names.filter((name) => settings.get<boolean>(settingOf[name], true) === false);
}

/** Added to the environment of the processes that the window starts. */
export function switchEnvironment(): Readonly<Record<string, string>> {
  return offEnvironment(switchedOff());
}

export function onDidChangeSwitches(told: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(settingOf[name]))) told();
  });
}
