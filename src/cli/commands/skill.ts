import type { Command } from 'commander';
import { skillFile } from '../../core/model/agent-guides';
import { writeSkill } from '../../core/operations/write-skill';
import { flag, text } from '../options';
import type { Register } from '../program';

export function addSkillCommand(program: Command, register: Register): void {
  register(
    program,
    'skill',
    'print the skill that tells agents how to continue, plan and finalize tasks, or write it where an agent looks for skills',
    (command) =>
      command
        .option('--to <folder>', 'folder of skills, from the workspace folder, such as .agents/skills')
        .option('--replace', 'write over another text that is there'),
    async (context, _args, options) => {
      const to = text(options, 'to');
      if (to === undefined) return { data: { text: skillFile() }, text: skillFile().trimEnd() };
      const { ports, root } = await context.workspace();
      const folder = /^(?:\/|[A-Za-z]:)/.test(to) ? to : `${root}/${to}`;
      const done = await writeSkill(ports, folder.replaceAll('\\', '/').replace(/\/+$/, ''), {
        replace: flag(options, 'replace'),
      });
      return {
        data: done,
        text: done.written ? `Written: ${done.path}` : `${done.path} is as it should be.`,
      };
    },
  );
}
