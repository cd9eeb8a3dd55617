/** What commands work with. Made once by the composition root. */
import type * as vscode from 'vscode';
import type { Agents } from '../agents';
import type { PacketDocuments } from '../editing/packet-documents';
import type { ReportDocuments } from '../editing/report-documents';
import type { HookConsent } from '../hook-consent';
import type { BatonState } from '../state';
import type { AgentTerminals } from '../terminal/agent-terminals';
import type { BatonViews } from '../views/views';
import type { HealthService } from './health';

export interface Services {
  readonly state: BatonState;
  readonly agents: Agents;
  readonly consent: HookConsent;
  readonly terminals: AgentTerminals;
  readonly views: BatonViews;
  readonly packets: PacketDocuments;
  readonly reports: ReportDocuments;
  readonly health: HealthService;
  readonly log: vscode.LogOutputChannel;
  /** Choices worth remembering for this workspace. */
  readonly memento: vscode.Memento;
}

/** A command's work. Arguments come from trees, lenses, links and other extensions: unchecked. */
export type Handler = (services: Services, argument: unknown) => Promise<void>;
