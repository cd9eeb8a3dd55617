import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import {
  adlOrder,
  evolutionTemplate,
  type VfmResult,
  type VfmScores,
  vfmCriteria,
  vfmLine,
  vfmMaximum,
  vfmScore,
  vfmThreshold,
} from '../../core/model/evolution-score';
import { writeEvolutionTemplate } from '../../core/operations/write-evolution-template';
import { flag, text } from '../options';
import type { Register } from '../program';

export function addEvolveCommands(program: Command, register: Register): void {
  const group = program
    .command('evolve')
    .description('judge whether a feature is worth building, and keep why');
  register(
    group,
    'score',
    `compute the VFM score of a feature; ${vfmThreshold} of ${vfmMaximum} pass`,
    (command) => {
      for (const { key, weight, asks } of vfmCriteria)
        command.option(`--${flagOf(key)} <0-10>`, `weight ${weight}. ${asks}`);
      return command;
    },
    async (_context, _args, options) => {
      const result = vfmScore(scores(options));
      return {
        data: {
          ...result,
          maximum: vfmMaximum,
          threshold: vfmThreshold,
          order: adlOrder,
          line: vfmLine(result),
        },
        text: words(result),
      };
    },
  );
  register(
    group,
    'template',
    'print an EVOLUTION.md for your project, or write it',
    (command) =>
      command
        .option('--to <file>', 'from the workspace folder, such as .github/EVOLUTION.md')
        .option('--replace', 'write over another text that is there'),
    async (context, _args, options) => {
      const to = text(options, 'to');
      if (to === undefined)
        return { data: { text: evolutionTemplate() }, text: evolutionTemplate().trimEnd() };
      const workspace = await context.workspace();
      const written = await writeEvolutionTemplate(workspace, to, { replace: flag(options, 'replace') });
      return { data: written, text: `Written: ${written.file}` };
    },
  );
}

function scores(options: Record<string, unknown>): VfmScores {
  const given = (key: keyof VfmScores) => {
    const value = text(options, key);
    if (value === undefined) throw new BatonError('usage', `--${flagOf(key)} is missing`);
    if (!/^\d{1,2}(?:\.5|\.0)?$/.test(value)) {
      throw new BatonError(
        'usage',
        `--${flagOf(key)} takes a number from 0 to 10, in halves, not "${value}"`,
      );
    }
    return Number(value);
  };
  return {
    highFrequency: given('highFrequency'),
    failureReduction: given('failureReduction'),
    userBurden: given('userBurden'),
    selfCost: given('selfCost'),
  };
}

function words(result: VfmResult): string {
  const lines = result.parts.map(
    ({ name, score, weight, points }) => `${name.padEnd(18)} ${score} × ${weight} = ${points}`,
  );
  const verdict = result.passes ? 'passes' : 'does not pass';
  return [...lines, '', `${vfmLine(result)}: it ${verdict}, the threshold is ${vfmThreshold}.`].join('\n');
}

function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
