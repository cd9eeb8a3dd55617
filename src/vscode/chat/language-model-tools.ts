/**
 * Baton's tools for the editor's own chat. Names, schemas and answers are those of the MCP server; a tool that writes asks
 * first. Source: reference/vscode-api.md 1.12.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { Resources } from '../../core/operations/workspace';
import type { Logger } from '../../core/ports';
import { type ToolName, toolNames, toolPrefix } from '../contributions';
import type { BatonState } from '../state';
import type { LoadChatLibrary } from './chat-library';
import { chatOffer } from './chat-offer';
import type { ToolQuestion } from './tool-words';

export interface ToolServices {
  readonly state: BatonState;
  readonly resources: Resources;
  readonly log: Logger;
  readonly load: LoadChatLibrary;
}

/** Registers all of them. Where the editor knows no language models, nothing happens. */
export function registerLanguageModelTools(services: ToolServices): vscode.Disposable {
  const lifetime = new DisposableStore();
  // Typed as always there; some editors built on VS Code leave it out.
  const register: typeof vscode.lm.registerTool | undefined = vscode.lm?.registerTool;
  if (typeof register !== 'function') return lifetime;
  for (const name of Object.values(toolNames)) {
    lifetime.add(register(`${toolPrefix}${name}`, new BatonTool(name, services)));
  }
  return lifetime;
}

export class BatonTool implements vscode.LanguageModelTool<object> {
  readonly #name: ToolName;
  readonly #services: ToolServices;

  constructor(name: ToolName, services: ToolServices) {
    this.#name = name;
    this.#services = services;
  }

  async prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): Promise<vscode.PreparedToolInvocation> {
    const { toolWords } = await this.#services.load();
    const { invocation, confirmation } = toolWords(this.#name, input, vscode.l10n);
    return {
      invocationMessage: invocation,
      ...(confirmation !== undefined && {
        confirmationMessages: { title: confirmation.title, message: questionText(confirmation) },
      }),
    };
  }

  /** Throws what was refused, in words that tell the model what to do next. */
  async invoke(
    { input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const { state, resources, log, load } = this.#services;
    if (!vscode.workspace.isTrusted) {
      throw new Error('untrusted: This workspace is in Restricted Mode.\nNext: ask the person to trust it.');
    }
    if (chatOffer() !== 'tools') {
      // The manifest hides them too; who calls one by its name all the same gets the reason.
      throw new Error(
        'off: The person has turned these tools off.\nNext: use the MCP server of Baton, if it is there.',
      );
    }
    const library = await load();
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    const roots = rootsWithTasks(state);
    const { text, refused } = await library.callTool({ resources, log, roots }, this.#name, input);
    // Watchers would tell as well, later.
    void state.refresh();
    if (refused) throw new Error(text);
    const fitting = await library.fittingText(text, tokenizationOptions && { ...tokenizationOptions, token });
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(fitting)]);
  }
}

/** Folders on a disk in which Baton is set up; absolute, `/` as separator. */
export function rootsWithTasks({ folders }: BatonState): readonly string[] {
  // One that could not be read just now stays: a call says why, and a server is not ended for it.
  return folders.filter(({ phase }) => phase === 'ready' || phase === 'failed').map(({ root }) => root);
}

/** What a model gave is foreign text: shown as it is, never as links or pictures. */
function questionText({ facts }: ToolQuestion): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const [name, value] of facts) {
    text
      .appendMarkdown('**')
      .appendText(name)
      .appendMarkdown('**: ')
      .appendText(value)
      .appendMarkdown('\n\n');
  }
  return text;
}
