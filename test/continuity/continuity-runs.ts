/** How much of the continuity tests is run: a bounded share in `npm test`, all of it in `npm run test:continuity`. */
import { randomInt } from 'node:crypto';

export const isLong = process.env['npm_lifecycle_event'] === 'test:continuity';

/** Interruptions at random instants. `BATON_CONTINUITY_RUNS` says otherwise. */
export const instants = Number(process.env['BATON_CONTINUITY_RUNS'] ?? (isLong ? 200 : 24));

/** Of the first project; the next ones count up. */
export const firstSeed = Number(process.env['BATON_CONTINUITY_SEED'] ?? randomInt(2 ** 30));

/** Set to run the project of that seed alone, as a failure says. */
export const onlySeed = process.env['BATON_CONTINUITY_ONLY'];
