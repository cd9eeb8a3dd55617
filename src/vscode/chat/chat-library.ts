/** What `chat-tools.ts` offers the window, from a bundle of its own. */
import type { Resources } from '../../core/operations/workspace';
import type { Logger } from '../../core/ports';
import type { metricsText } from '../background/metrics-text';
import type { connect } from '../commands/connect-flow';
import type { Services } from '../commands/services';
import type { FolderSession } from '../folder-session';
import type { fittingText } from './fitting-text';
import type { toolWords } from './tool-words';

export interface ToolSurroundings {
  readonly resources: Resources;
  readonly log: Logger;
  /** Folders of the window that hold tasks; absolute, `/` as separator. */
  readonly roots: readonly string[];
}

export interface ToolAnswer {
  /** JSON, or why it was refused and what to do next. */
  readonly text: string;
  readonly refused: boolean;
}

export interface ChatLibrary {
  /** Never rejects. `input` is unchecked. */
  readonly callTool: (surroundings: ToolSurroundings, name: string, input: unknown) => Promise<ToolAnswer>;
  /** Resolves when the person has closed the search. Rejects with what the command line was refused with. */
  readonly searchMemory: (
    folder: FolderSession,
    services: Pick<Services, 'reports' | 'memento'>,
  ) => Promise<void>;
  readonly metricsText: typeof metricsText;
  readonly toolWords: typeof toolWords;
  readonly fittingText: typeof fittingText;
  readonly connect: typeof connect;
}

/** Loads it at the first call. */
export type LoadChatLibrary = () => Promise<ChatLibrary>;
