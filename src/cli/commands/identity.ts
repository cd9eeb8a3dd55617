import type { Command } from 'commander';
import { readIdentity } from '../../core/operations/effective-identity';
import { type IdentityView, identityShape } from '../../wire/identity-shape';
import type { Register } from '../program';
import { plain, type Style, style } from '../text';

export function addIdentityCommand(program: Command, register: Register): void {
  register(
    program,
    'identity [id]',
    'who agents are told they are here: the layers SOUL, AGENT, IDENTITY and USER, merged',
    (command) => command,
    async (context, args) => {
      const identity = await readIdentity(await context.workspace(), args[0]);
      const view = identityShape(identity);
      return { data: { identity: view }, text: identityText(view, style(context.output.colour)) };
    },
  );
}

function identityText(view: IdentityView, styled: Style): string {
  const lines = view.layers.map(
    ({ layer, file }) =>
      `${styled.bold(layer.toUpperCase().padEnd(8))} ${file === null ? styled.dim(`no ${layer.toUpperCase()}.md: the protocol alone holds`) : plain(file)}`,
  );
  for (const { heading, file, line, by } of view.conflicts) {
    const where = `${plain(file)}:${line}`;
    lines.push(
      styled.yellow(`${where}: "${plain(heading)}" does not count, ${plain(by.file)}:${by.line} has it`),
    );
  }
  lines.push(...view.notices.map((notice) => styled.yellow(plain(notice))));
  if (view.text !== null) lines.push('', plain(view.text).trimEnd());
  return lines.join('\n');
}
