import type { Command } from 'commander';
import { nextIn } from '../../core/operations/next-task';
import { takeSnapshot } from '../../core/operations/take-snapshot';
import { velocity } from '../../core/operations/velocity';
import { statusShape } from '../../wire/task-shape';
import type { Register } from '../program';
import { statusText, style, velocityText } from '../text';

export function addStatusCommand(program: Command, register: Register): void {
  register(
    program,
    'status',
    'what is going on: counts, running sessions, what to do next',
    (command) => command,
    async (context) => {
      const workspace = await context.workspace();
      const snapshot = await takeSnapshot(workspace);
      const pace = velocity(workspace);
      const next = nextIn(snapshot).why;
      return {
        data: statusShape(snapshot, next, pace),
        text: `${statusText(snapshot, next, style(context.output.colour))}\n${velocityText(pace)}`,
      };
    },
  );
}
