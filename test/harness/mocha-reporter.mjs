// Mocha's own display, plus the counts in a file for `npm test`. Options: `display` (dot or spec), `file`.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { Base, Dot, Spec } = Mocha.reporters;

class CountingReporter extends Base {
  constructor(runner, options) {
    super(runner, options);
    const { display, file } = options.reporterOptions ?? options.reporterOption ?? {};
    new (display === 'spec' ? Spec : Dot)(runner, options);
    const failures = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failures.push({ title: test.fullTitle(), error: String(error?.stack ?? error) });
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // Counted here and not from the statistics, in which a failing hook is no failed test.
      const result = { ended: true, passed: runner.stats.passes, failed: failures.length, failures };
      writeFileSync(file, JSON.stringify(result));
    });
  }
}

// Mocha takes a reporter as the default export of a module.
// biome-ignore lint/style/noDefaultExport: see above
export default CountingReporter;
