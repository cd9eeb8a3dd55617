import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { nextOccurrence } from '../../../../src/core/lifecycle/recurrence';
import { recurrences } from '../../../../src/core/model/task';

const next = (
  recurs: (typeof recurrences)[number],
  due: string | undefined,
  completedOn: string,
  wantedDay?: number,
) => nextOccurrence({ recurs, due, wantedDay }, completedOn).due;

suite('when a recurring task is due next', () => {
  test('a daily task is due the day after, over the ends of months and years', () => {
    assert.equal(next('daily', '2026-11-21', '2026-11-21'), '2026-11-22');
    assert.equal(next('daily', '2026-12-31', '2026-12-31'), '2027-01-01');
    assert.equal(next('daily', '2028-02-28', '2028-02-28'), '2028-02-29');
  });

  test('a weekly task keeps its day of the week', () => {
    assert.equal(next('weekly', '2026-11-23', '2026-11-23'), '2026-11-30');
  });

  test('a task finished late does not come back overdue, and keeps its series', () => {
    assert.equal(next('weekly', '2026-11-10', '2026-11-21'), '2026-11-24');
    assert.equal(next('daily', '2026-11-10', '2026-11-21'), '2026-11-22');
    assert.equal(next('monthly', '2026-08-15', '2026-11-21'), '2026-12-15');
    assert.equal(next('monthly', '2026-08-25', '2026-11-21'), '2026-11-25');
  });

  test('a task finished early does not come back at once', () => {
    assert.equal(next('weekly', '2026-11-25', '2026-11-21'), '2026-12-02');
    assert.equal(next('monthly', '2026-11-25', '2026-11-02'), '2026-12-25');
  });

  test('a series without a due day begins with the day of completion', () => {
    assert.equal(next('weekly', undefined, '2026-11-21'), '2026-11-28');
    assert.equal(next('monthly', undefined, '2026-11-21'), '2026-12-21');
  });

  test('a month that is too short lends its last day, and the wanted day comes back', () => {
    const february = nextOccurrence(
      { recurs: 'monthly', due: '2027-01-31', wantedDay: undefined },
      '2027-01-31',
    );
    assert.deepEqual(february, { due: '2027-02-28', wantedDay: 31 });
    const march = nextOccurrence({ recurs: 'monthly', ...february }, '2027-02-28');
    assert.deepEqual(march, { due: '2027-03-31', wantedDay: undefined });
    const april = nextOccurrence({ recurs: 'monthly', ...march }, '2027-03-31');
    assert.deepEqual(april, { due: '2027-04-30', wantedDay: 31 });
  });

  test('a leap year has its day', () => {
    assert.equal(next('monthly', '2028-01-30', '2028-01-30'), '2028-02-29');
    assert.equal(next('monthly', '2028-02-29', '2028-02-29', 30), '2028-03-30');
    assert.equal(next('monthly', '2027-01-29', '2027-01-29'), '2027-02-28');
  });

  test('the next due day is after the old one and after the day of completion', () => {
    const day = fc
      .integer({ min: 0, max: 40_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.constantFrom(...recurrences), day, day, (recurs, due, completedOn) => {
        const after = next(recurs, due, completedOn);
        assert.ok(after > due && after > completedOn, `${recurs} ${due} ${completedOn}: ${after}`);
        assert.equal(new Date(`${after}T00:00:00Z`).toISOString().slice(0, 10), after);
      }),
    );
  });
});
