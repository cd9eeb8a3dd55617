/** One tool as data; `addTools` makes it callable. Input and answer are described by schemas, once. */
import type { McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { BatonError } from '../core/base/baton-error';
import type { ChoiceKeeper } from '../core/operations/agent-control';
import type { BatonWorkspace } from '../core/operations/workspace';
import { answer, refusal } from './answer';
import type { Folders } from './folders';
import type { McpHost } from './host';

export interface ToolCall {
  readonly workspace: BatonWorkspace;
  /** The task that is meant: the one given, else the one of this session. Throws `usage` when there is neither. */
  task(given: string | undefined): string;
  /** The task of this session. */
  readonly ownTask: string | undefined;
  /** What the person allows Baton to do by itself; missing where this is not to be changed. */
  readonly choices?: ChoiceKeeper | undefined;
  /** Asks the command line of Baton for this folder, where this process opens no database; @returns the `data` of its answer. */
  readonly askCommandLine?: ((args: readonly string[]) => Promise<unknown>) | undefined;
}

type Frozen<T> = T extends readonly (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

export interface ToolSpec<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** It changes nothing. */
  readonly reads?: true;
  /** It replaces what somebody wrote. */
  readonly replaces?: true;
  /** Doing it twice does no more than doing it once. */
  readonly again?: true;
  readonly input: I;
  readonly output: O;
  run(call: ToolCall, input: z.output<I>): Promise<Frozen<z.output<O>>>;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  run(call: ToolCall, input: unknown): Promise<object>;
}

export function tool<I extends z.ZodObject, O extends z.ZodObject>(spec: ToolSpec<I, O>): Tool {
  const { name, title, description, input, output, reads = false, replaces = false, again = reads } = spec;
  return {
    ...{ name, title, description, input, output },
    annotations: {
      title,
      readOnlyHint: reads,
      idempotentHint: again,
      ...(reads ? {} : { destructiveHint: replaces }),
      openWorldHint: false,
    },
    run: (call, given) => spec.run(call, input.parse(given)),
  };
}

/** Ids as models give them: `"101"`, `"#101"`, and sometimes 101. Anything else is refused, null too: it names no task. */
export const taskId = z.preprocess(
  (given) => (typeof given === 'number' ? String(given) : given),
  z.string(),
);

export const ownTask = taskId.optional().describe('Task id. Default: the task of this session.');

export const folderName = z.string().optional().describe('Workspace folder, where several hold tasks.');

export interface Serving {
  readonly host: McpHost;
  readonly folders: Folders;
}

export function addTools(server: McpServer, tools: readonly Tool[], serving: Serving): void {
  for (const one of tools) {
    const { title, description, annotations, input, output } = one;
    const inputSchema = serving.folders.mayBeSeveral ? input.extend({ folder: folderName }) : input;
    server.registerTool(
      one.name,
      { title, description, annotations, inputSchema, outputSchema: output },
      (args, context) => called(one, args, context, serving),
    );
  }
}

async function called(
  one: Tool,
  { folder: wanted, ...input }: Readonly<Record<string, unknown>>,
  context: ServerContext,
  serving: Serving,
) {
  const { folders, host } = serving;
  try {
    const toAsk = await folders.toAsk(context);
    if (toAsk !== undefined) return toAsk;
    const folder = await folders.choose(typeof wanted === 'string' ? wanted : undefined);
    // Opened anew for every call: settings, and what a crash of somebody else has left, are as the disk has them.
    const workspace = await host.open(folder.root);
    const data = await one.run(toolCall(workspace, host), input);
    await workspace.renderings.settled();
    return answer(data);
  } catch (error) {
    return refusal(error, host);
  }
}

export function toolCall(
  workspace: BatonWorkspace,
  host: Pick<McpHost, 'task' | 'choices' | 'askCommandLine'>,
): ToolCall {
  const { askCommandLine } = host;
  return {
    workspace,
    askCommandLine: askCommandLine && ((args) => askCommandLine(workspace.root, args)),
    choices: host.choices,
    ownTask: host.task,
    task: (given) => {
      const id = given ?? host.task;
      if (id !== undefined) return id.trim().replace(/^#/, '');
      throw new BatonError('usage', 'It is not clear which task is meant', {
        hint: 'Give "task"; task_show with "list" shows the ids.',
      });
    },
  };
}
