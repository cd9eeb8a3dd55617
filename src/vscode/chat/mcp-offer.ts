/**
 * Baton's MCP server as the editor's own chat is offered it: the bundled program on the editor's own runtime, for the folders
 * of the window that hold tasks. Only where the setting asks for it instead of the tools, and never in Restricted Mode.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { mcpProviderId, settingIds } from '../contributions';
import type { BatonState } from '../state';
import { onDidChangeSwitches, switchEnvironment } from '../switches';
import { chatOffer } from './chat-offer';
import { rootsWithTasks } from './language-model-tools';

export interface McpProgram {
  readonly node: string;
  readonly nodeEnv: Readonly<Record<string, string>>;
  /** Absolute path of the server's bundle. */
  readonly script: string;
  /** Clients read the tools anew when it changes. */
  readonly version: string;
}

export class McpOffer
  implements vscode.McpServerDefinitionProvider<vscode.McpStdioServerDefinition>, vscode.Disposable
{
  readonly #state: BatonState;
  readonly #program: McpProgram;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<void>());
  readonly onDidChangeMcpServerDefinitions = this.#changed.event;
  #told: string;

  constructor(state: BatonState, program: McpProgram) {
    this.#state = state;
    this.#program = program;
    this.#told = this.#roots().join('\n');
    const look = () => this.#look();
    this.#lifetime.add(state.onDidChange(look));
    this.#lifetime.add(vscode.workspace.onDidGrantWorkspaceTrust(look));
    this.#lifetime.add(onDidChangeSwitches(() => this.#changed.fire()));
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.chatOffer)) look();
      }),
    );
  }

  provideMcpServerDefinitions(): vscode.McpStdioServerDefinition[] {
    const roots = this.#roots();
    if (roots.length === 0) return [];
    const { node, nodeEnv, script, version } = this.#program;
    const args = [script, ...roots.flatMap((root) => ['--root', root])];
    const env = { ...nodeEnv, ...switchEnvironment() };
    return [new vscode.McpStdioServerDefinition('Baton', node, args, env, version)];
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #roots(): readonly string[] {
    return vscode.workspace.isTrusted && chatOffer() === 'mcp' ? rootsWithTasks(this.#state) : [];
  }

  #look(): void {
    const now = this.#roots().join('\n');
    if (now === this.#told) return;
    this.#told = now;
    this.#changed.fire();
  }
}

/** Where the editor knows no MCP, nothing happens. */
export function registerMcpOffer(state: BatonState, program: McpProgram): vscode.Disposable {
  const lifetime = new DisposableStore();
  // Typed as always there; some editors built on VS Code leave it out.
  const register: typeof vscode.lm.registerMcpServerDefinitionProvider | undefined =
    vscode.lm?.registerMcpServerDefinitionProvider;
  if (typeof register !== 'function') return lifetime;
  lifetime.add(register(mcpProviderId, lifetime.add(new McpOffer(state, program))));
  return lifetime;
}
