/** The diagnostics report of a folder. In a bundle of its own (`chat-tools.ts`), since few windows ever need it. */
import * as vscode from 'vscode';
import { metrics } from '../../core/operations/metrics';
import type { FolderSession } from '../folder-session';
import { localTime } from '../views/local-time';
import { metricsReport } from './metrics-report';

/** How far back it looks; as `baton report metrics` unless told otherwise. */
const reportDays = 30;

/** @param agent its name to show, by its id. Throws as `metrics`. */
export async function metricsText(folder: FolderSession, agent: (id: string) => string): Promise<string> {
  const found = await metrics(folder.workspace, reportDays);
  const about = { folder: folder.name, days: reportDays };
  return metricsReport(found, about, { l10n: vscode.l10n, time: localTime, agent });
}
