import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { addFeature } from '../../core/operations/add-feature';
import { failFeature, passFeature } from '../../core/operations/pass-feature';
import { tickCriterion } from '../../core/operations/tick-criterion';
import { taskShape } from '../../wire/task-shape';
import { argument, flag, text } from '../options';
import type { Register } from '../program';
import { addVerifyCommand } from './feature-verify';

export function addFeatureCommands(program: Command, register: Register): void {
  const feature = program.command('feature').description('the checklist of a task');
  register(
    feature,
    'pass <id> <feature>',
    'mark a feature as passing, on the word of whoever verified it',
    (command) => command.option('--manual <reason>', 'how it was verified by hand'),
    async (context, args, options) => {
      const id = argument(args, 0, 'The task id');
      const name = argument(args, 1, 'The feature id');
      const task = await passFeature(await context.workspace(), id, name, {
        manual: text(options, 'manual'),
      });
      return {
        data: { task: taskShape(task) },
        text: `${name} passes: ${task.progress.passed} of ${task.progress.total}`,
      };
    },
  );
  register(
    feature,
    'fail <id> <feature>',
    'mark a feature as not passing, for instance after a regression',
    (command) => command,
    async (context, args) => {
      const id = argument(args, 0, 'The task id');
      const name = argument(args, 1, 'The feature id');
      const task = await failFeature(await context.workspace(), id, name);
      return {
        data: { task: taskShape(task) },
        text: `${name} does not pass: ${task.progress.passed} of ${task.progress.total}`,
      };
    },
  );
  register(
    feature,
    'add <id> <feature> <text>',
    'add a feature to the checklist',
    (command) => command.option('--verify <command>', 'the command that verifies it'),
    async (context, args, options) => {
      const verify = text(options, 'verify');
      const task = await addFeature(await context.workspace(), argument(args, 0, 'The task id'), {
        id: argument(args, 1, 'The feature id'),
        description: argument(args, 2, 'The text'),
        ...(verify === undefined ? {} : { verify }),
      });
      return {
        data: { task: taskShape(task) },
        text: `${task.progress.passed} of ${task.progress.total} pass`,
      };
    },
  );
  addVerifyCommand(feature, register);
  const criterion = program.command('criterion').description('acceptance criteria of a task');
  register(
    criterion,
    'tick <id> <number>',
    'tick an acceptance criterion by its number, from 1',
    (command) => command.option('--undo', 'take the tick away'),
    async (context, args, options) => {
      const number = argument(args, 1, 'The number');
      if (!/^\d{1,4}$/.test(number) || number === '0') {
        throw new BatonError('usage', 'The number of the criterion is a whole number from 1');
      }
      const id = argument(args, 0, 'The task id');
      const task = await tickCriterion(
        await context.workspace(),
        id,
        Number(number) - 1,
        !flag(options, 'undo'),
      );
      return {
        data: { task: taskShape(task) },
        text: `${task.criteria.done} of ${task.criteria.total} criteria are met`,
      };
    },
  );
}
