/**
 * Continuity: whatever is killed, and whenever, the next session goes on from the packet alone. It repeats nothing that
 * passes, skips nothing, never finishes early and is told nothing that no longer holds. Source: reliability.md 4.4.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withRepository } from '../e2e/support/with-repository';
import { firstSeed, instants, isLong, onlySeed } from './continuity-runs';
import { atInstant, atSteps, drawn, type Interruption, killed, project } from './project';
import { type Figures, noFigures, ProjectRun } from './project-run';

/** Projects at work beside each other. */
const lanes = 2;
const perProject = 4;
const allSteps = Array.from({ length: 21 }, (_, index) => index + 1);
/** In `npm test`: before anything, in the middle of the feature, around its verdict, and in the hand-off. */
const someSteps = [1, 9, 14, 16, 18, 19, 20, 21];

interface Plan {
  readonly seed: number;
  readonly interruptions: readonly Interruption[];
}

suite('continuity', function () {
  this.timeout(120_000 + (isLong ? 30 * 60_000 : instants * 6000));

  test('interrupted at the steps of the protocol', () => run(stepPlans()));

  test('interrupted at random instants', () => run(instantPlans()));
});

/** Each step, with one of the three killed and with or without hooks in turn; all of them in the long form. */
function stepPlans(): readonly Plan[] {
  const rounds = isLong
    ? killed.flatMap((who) => [true, false].map((hooks) => ({ who, hooks, steps: allSteps })))
    : [{ steps: someSteps }];
  const chunks = rounds.flatMap(({ steps, ...fixed }) =>
    chunked(steps, perProject).map((some) => ({ some, fixed })),
  );
  return chunks.map(({ some, fixed }, index) => {
    const seed = firstSeed + index;
    return { seed, interruptions: drawn(atSteps(some, fixed), seed) };
  });
}

function instantPlans(): readonly Plan[] {
  return Array.from({ length: Math.ceil(instants / perProject) }, (_, index) => {
    const seed = firstSeed + 10_000 + index;
    const count = Math.min(perProject, instants - index * perProject);
    const some = fc.array(atInstant, { minLength: count, maxLength: count });
    return { seed, interruptions: drawn(some, seed) };
  });
}

async function run(plans: readonly Plan[]): Promise<void> {
  const wanted = onlySeed === undefined ? plans : plans.filter(({ seed }) => String(seed) === onlySeed);
  const left = [...wanted];
  const figures = noFigures();
  const faults: string[] = [];
  const lane = async () => {
    for (let plan = left.shift(); plan; plan = left.shift()) faults.push(...(await faultsOf(plan, figures)));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  console.log(`      ${described(figures)}, seed ${firstSeed}`);
  assert.equal(faults.length, 0, faults.join('\n'));
  assert.equal(figures.interruptions, wanted.flatMap(({ interruptions }) => interruptions).length);
  assert.ok(figures.packets > 0, 'no packet was looked at');
}

/** One project after the other, until each of the interruptions has been made. */
async function faultsOf({ seed, interruptions }: Plan, figures: Figures): Promise<readonly string[]> {
  let left = interruptions;
  for (let round = 0; left.length > 0; round++) {
    const generated = drawn(project, seed + round * 1_000_003);
    const faults: string[] = [];
    await withRepository(async (repository) => {
      const one = new ProjectRun(repository, generated, figures);
      try {
        left = await one.through(left);
      } catch (error) {
        faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      faults.push(...one.breaches);
    });
    if (faults.length > 0) return [`\n--- ${replay(seed)}\n${JSON.stringify(interruptions)}`, ...faults];
  }
  return [];
}

function replay(seed: number): string {
  return `Project ${seed}; again with BATON_CONTINUITY_SEED=${firstSeed} BATON_CONTINUITY_ONLY=${seed}`;
}

function described(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function chunked<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
