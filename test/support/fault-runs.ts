/** How long the tests that break things go on: a bounded while in `npm test`, ten times that in `npm run test:faults`. */
const isLong = process.env['npm_lifecycle_event'] === 'test:faults';

/** Kills, or as many of whatever a test counts. `BATON_FAULT_RUNS` says otherwise. */
export const faultRuns = Number(process.env['BATON_FAULT_RUNS'] ?? (isLong ? 1000 : 100));
