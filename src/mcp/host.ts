/** What the server is given by its composition root: folders, whose act it is, and where to log. */
import type { ChoiceKeeper } from '../core/operations/agent-control';
import type { BatonWorkspace } from '../core/operations/workspace';

export interface McpHost {
  /** Of Baton, told to clients. */
  readonly version: string;
  /** Workspace folders it was started for (absolute, `/` as separator); undefined where the client has to tell. */
  readonly roots: readonly string[] | undefined;
  /** The task of the session that it was started in (BATON_TASK_ID). */
  readonly task: string | undefined;
  /** Where clients tell no folder: found from the folder it was started in, upwards. */
  currentRoot(): Promise<string>;
  /** The Baton folder that a `file:` address lies in; undefined when it is none, or not on this machine. */
  rootAt(address: string): Promise<string | undefined>;
  /** Opens a folder as it is now. Throws `not_initialized`. */
  open(root: string): Promise<BatonWorkspace>;
  /** Calls back whenever state files of the folder come, change or go; the id is undefined when it is not known which. */
  watch(root: string, changed: (task: string | undefined) => void): Promise<void>;
  /** What the person allows Baton to do by itself; missing where this is not to be changed. */
  readonly choices?: ChoiceKeeper;
  /** Asks the command line of Baton for a folder; missing where this process opens databases itself. */
  readonly askCommandLine?: (root: string, args: readonly string[]) => Promise<unknown>;
  /** What is wrong and no foreseen failure. */
  report(error: unknown): void;
}
