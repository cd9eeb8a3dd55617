import type { Command } from 'commander';
import { createSample } from '../../core/operations/create-sample';
import { createHeartbeatGuide } from '../../core/operations/heartbeat-guide';
import { taskShape } from '../../wire/task-shape';
import { flag } from '../options';
import type { Register } from '../program';
import { style, taskLine } from '../text';

export function addInitCommand(program: Command, register: Register): void {
  register(
    program,
    'init',
    'set up this folder for Baton; changes nothing that is there',
    (command) =>
      command
        .option('--sample', 'also create a sample chain of three tasks')
        .option('--heartbeat', 'also put guidance for autonomous work into .baton/HEARTBEAT.md'),
    async (context, _args, options) => {
      const { workspace, created: folders } = await context.initialise();
      const guide = flag(options, 'heartbeat') && (await createHeartbeatGuide(workspace));
      const created = guide ? [...folders, '.baton/HEARTBEAT.md'] : folders;
      const tasks = flag(options, 'sample') ? await createSample(workspace) : [];
      const styled = style(context.output.colour);
      const lines = created.map((path) => `created ${path}`);
      if (lines.length === 0) lines.push('Everything was already set up.');
      lines.push(...tasks.map((task) => taskLine(task, styled)));
      return {
        data: { root: workspace.root, created, tasks: tasks.map(taskShape) },
        text: lines.join('\n'),
      };
    },
  );
}
