/** What commands work with. Made once by the composition root. */
import type * as vscode from 'vscode';
import type { Agents } from '../agents';
import type { BackgroundOutput } from '../background/background-output';
import type { LoadChatLibrary } from '../chat/chat-library';
import type { PacketDocuments } from '../editing/packet-documents';
import type { ReportDocuments } from '../editing/report-documents';
import type { HookConsent } from '../hook-consent';
import type { Planning } from '../planning/planning';
import type { BatonState } from '../state';
import type { AgentTerminals } from '../terminal/agent-terminals';
import type { Verification } from '../verification/verification';
import type { BatonViews } from '../views/views';
import type { HealthService } from './health';

/** What runs beside the window. */
export interface BackgroundWork {
  /** Starts a run of a queue entry at a person's own command, as a process that outlives the window. */
  readonly startRun: (root: string, entry: string) => Promise<{ readonly ended: Promise<void> }>;
  /** Makes the file of the person's own agents unless it is there. @returns its absolute path */
  readonly ensureAgentsFile: () => Promise<string>;
  /** What the run that was started last has said of itself; empty when it has said nothing. */
  readonly lastStart: (root: string) => Promise<string>;
  readonly output: BackgroundOutput;
}

export interface Services {
  readonly state: BatonState;
  readonly agents: Agents;
  readonly consent: HookConsent;
  readonly terminals: AgentTerminals;
  readonly verification: () => Promise<Verification>;
  readonly planning: () => Promise<Planning>;
  readonly views: BatonViews;
  readonly packets: PacketDocuments;
  readonly reports: ReportDocuments;
  readonly health: HealthService;
  /** What happened today and how things stand in a folder, as Markdown. */
  readonly report: (root: string) => Promise<string>;
  readonly background: BackgroundWork;
  readonly loadChatLibrary: LoadChatLibrary;
  /** Loads its bundle first. */
  readonly changeDependencies: (argument: unknown) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
  /** Choices worth remembering for this workspace. */
  readonly memento: vscode.Memento;
}

/** A command's work. Arguments come from trees, lenses, links and other extensions: unchecked. */
export type Handler = (services: Services, argument: unknown) => Promise<void>;
