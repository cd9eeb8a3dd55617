/** A tool called without a server: the editor's own chat gets the same tools, schemas and answers. Source: issue 6. */
import * as z from 'zod';
import { BatonError } from '../core/base/baton-error';
import { refusalText } from './answer';
import type { McpHost } from './host';
import { chosenFolder, namedFolders } from './named-folders';
import { folderName, type Tool, toolCall } from './tool';
import { readingTools, writingTools } from './tools/all-tools';

export interface ToolHost extends Pick<McpHost, 'open' | 'report' | 'askCommandLine'> {
  /** Absolute, `/` as separator. */
  readonly roots: readonly string[];
}

export interface ToolAnswer {
  /** JSON, or why it was refused and what to do next. */
  readonly text: string;
  readonly refused: boolean;
}

/** Never throws: a refusal is an answer that a model can act upon. Input is checked by the tool's own schema. */
export async function callTool(host: ToolHost, name: string, given: unknown): Promise<ToolAnswer> {
  try {
    return { text: JSON.stringify(await called(host, name, given)), refused: false };
  } catch (error) {
    return { text: refusalText(error, host), refused: true };
  }
}

/** What a caller may give: the tool's input, and the folder where there are several. */
export function inputOf({ input }: Tool): z.ZodObject {
  return input.extend({ folder: folderName });
}

async function called(host: ToolHost, name: string, given: unknown): Promise<object> {
  const one = [...readingTools, ...writingTools].find((tool) => tool.name === name);
  if (one === undefined) throw new BatonError('not_found', `There is no tool ${name}`);
  const { folder: wanted, ...input } = checked(inputOf(one), given);
  if (host.roots.length === 0) {
    throw new BatonError('not_initialized', 'No folder of this window holds Baton tasks', {
      hint: 'Ask the person to run the command "Baton: Set Up Workspace".',
    });
  }
  const folder = chosenFolder(namedFolders(host.roots), typeof wanted === 'string' ? wanted : undefined);
  const workspace = await host.open(folder.root);
  try {
    return await one.run(toolCall(workspace, { task: undefined, ...host }), input);
  } finally {
    // Also after a refusal: part of it may have been done.
    await workspace.renderings.settled();
    workspace.renderings.dispose();
  }
}

/** Editors do not check what a model gives. Source: reference/vscode-api.md, fact 8. */
function checked(schema: z.ZodObject, given: unknown): Record<string, unknown> {
  const { data, error } = schema.safeParse(given, { reportInput: false });
  if (error === undefined) return data;
  throw new BatonError('invalid_input', 'The input does not fit the schema of the tool', {
    details: z.prettifyError(error).split('\n'),
    hint: 'Correct it and call the tool again.',
  });
}
