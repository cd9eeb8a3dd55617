/** Prompts that a person picks in a client. To continue begins with the packet, so that nothing has to be looked for first. */
import { completable, type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type AgentGuide, agentGuides, guideRules } from '../core/model/agent-guides';
import { readPacket } from '../core/operations/read-task';
import { addressOf } from './addresses';
import { refusalText } from './answer';
import { startingWith } from './resources';
import type { Serving } from './tool';

export function addPrompts(server: McpServer, serving: Serving, readOnly: boolean): void {
  addContinueTask(server, serving);
  // The others lead to tools that write.
  if (readOnly) return;
  for (const guide of agentGuides) {
    if (guide.name !== 'continue-task') addGuide(server, guide);
  }
}

/** Steps to follow, the same that the editor's chat has as a prompt file. */
function addGuide(server: McpServer, { name, title, description, argument, steps }: AgentGuide): void {
  const argsSchema = z.object({ [argument.name]: z.string().describe(argument.hint) });
  server.registerPrompt(name, { title, description, argsSchema }, (args) => {
    const text = `${guideRules}\n\n${description}\n\n${argument.name}: ${args[argument.name] ?? ''}\n\n${steps}`;
    return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
  });
}

function addContinueTask(server: McpServer, serving: Serving): void {
  const { folders, host } = serving;
  const folder = z.string().optional().describe('Workspace folder, where several hold tasks.');
  const task = completable(z.string().describe('Task id.'), (start, context) =>
    startingWith(serving, start ?? '', context?.arguments?.['folder']),
  );
  server.registerPrompt(
    'continue-task',
    {
      title: 'Continue a task',
      description: 'Work on a task where the last session left it, following its startup packet.',
      argsSchema: folders.mayBeSeveral ? z.object({ task, folder }) : z.object({ task }),
    },
    async (args, context) => {
      const toAsk = await folders.toAsk(context);
      if (toAsk !== undefined) return toAsk;
      try {
        const wanted = 'folder' in args && typeof args.folder === 'string' ? args.folder : undefined;
        const place = await folders.choose(wanted);
        const packet = await readPacket(await host.open(place.root), args.task);
        const id = args.task.replace(/^#/, '');
        return {
          description: `Continue task #${id}`,
          messages: [
            {
              role: 'user',
              content: {
                type: 'resource',
                resource: {
                  uri: addressOf(place, 'packet', id),
                  mimeType: 'text/markdown',
                  text: packet.text,
                },
              },
            },
            { role: 'user', content: { type: 'text', text: instruction(id) } },
          ],
        };
      } catch (error) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, refusalText(error, host));
      }
    },
  );
}

function instruction(id: string): string {
  return `This is the startup packet of task #${id}. Continue the task it describes, following its protocol from step 1.`;
}
