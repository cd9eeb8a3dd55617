import type { Command } from 'commander';
import { sweepSessions } from '../../core/operations/sweep-sessions';
import { takeSnapshot } from '../../core/operations/take-snapshot';
import { sessionShape } from '../../wire/task-shape';
import { text } from '../options';
import type { Register } from '../program';

export function addSessionCommands(program: Command, register: Register): void {
  const session = program.command('session').description('sessions: who works, or worked, on what');
  register(
    session,
    'list',
    'list sessions, live ones first',
    (command) => command.option('--task <id>', 'only of this task'),
    async (context, _args, options) => {
      const of = text(options, 'task');
      const snapshot = await takeSnapshot(await context.workspace());
      const views = snapshot.sessions.filter(({ session: one }) => of === undefined || one.task === of);
      return {
        data: { sessions: views.map(({ session: one, liveness }) => sessionShape(one, liveness)) },
        text:
          views.length === 0
            ? 'No sessions.'
            : views
                .map(
                  ({ session: one, liveness }) =>
                    `#${one.task} session ${one.number}  ${one.agent}  ${liveness}  ${one.startedAt}`,
                )
                .join('\n'),
      };
    },
  );
  register(
    session,
    'sweep',
    'close sessions whose program is proven gone, and release their tasks',
    (command) => command,
    async (context) => {
      const closed = await sweepSessions(await context.workspace());
      return {
        data: { closed: closed.map((one) => sessionShape(one, 'ended')) },
        text:
          closed.length === 0
            ? 'No session had vanished.'
            : closed.map((one) => `Closed session ${one.number} of #${one.task}`).join('\n'),
      };
    },
  );
}
