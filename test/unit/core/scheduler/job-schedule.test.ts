import assert from 'node:assert/strict';
import type { JobConfig } from '../../../../src/core/model/config';
import { earliest, planJobs, plannedState } from '../../../../src/core/scheduler/job-schedule';
import { nextCronTime } from '../../../../src/node/next-cron-time';

const now = new Date('2026-11-21T12:00:00.000Z');
const job = (id: string, over: Partial<JobConfig> = {}): JobConfig => ({
  id,
  cron: '0 9 * * *',
  run: 'velocity',
  enabled: true,
  ...over,
});
const planned = (cron: string, nextAt: string, at = now) =>
  plannedState(undefined, { cron, nextAt: new Date(nextAt), now: at });

suite('which jobs are due', () => {
  test('a new one is planned and not run, one with another expression is planned anew', () => {
    const states = { old: planned('0 8 * * *', '2026-11-20T08:00:00.000Z') };
    const plan = planJobs([job('new'), job('old')], states, now);
    assert.deepEqual(
      [plan.due, plan.unplanned.map(({ id }) => id), plan.nextAt],
      [[], ['new', 'old'], undefined],
    );
  });

  test('one whose time has come is due, once, however long ago that was', () => {
    const states = { a: planned('0 9 * * *', '2026-11-01T09:00:00.000Z') };
    const plan = planJobs([job('a')], states, now);
    assert.deepEqual(
      plan.due.map(({ id }) => id),
      ['a'],
    );
  });

  test('the earliest of the others is the next moment; what is switched off counts for nothing', () => {
    const states = {
      a: planned('0 9 * * *', '2026-11-22T09:00:00.000Z'),
      b: planned('0 9 * * *', '2026-11-23T09:00:00.000Z'),
      off: planned('0 9 * * *', '2026-11-21T09:00:00.000Z'),
    };
    const plan = planJobs([job('b'), job('a'), job('off', { enabled: false })], states, now);
    assert.deepEqual(plan, { due: [], unplanned: [], nextAt: '2026-11-22T09:00:00.000Z' });
  });

  test('one that was planned by a clock that was set back since is planned anew', () => {
    const wrong = new Date('2031-01-01T00:00:00.000Z');
    const states = { a: planned('0 9 * * *', '2031-01-01T09:00:00.000Z', wrong) };
    const plan = planJobs([job('a')], states, now);
    assert.deepEqual([plan.unplanned.length, plan.nextAt], [1, undefined]);
  });

  test('planning anew keeps what a job did before', () => {
    const before = { ...planned('0 9 * * *', '2026-11-21T09:00:00.000Z'), runs: 4, lastOk: true };
    const after = plannedState(before, { cron: '0 9 * * *', nextAt: undefined, now });
    assert.deepEqual([after.runs, after.lastOk, after.nextAt], [4, true, null]);
  });

  test('the earliest of times is found by when they are, not by how they are written', () => {
    assert.equal(
      earliest(['2026-11-21T09:00:00Z', undefined, '2026-11-21T08:59:59.999Z']),
      '2026-11-21T08:59:59.999Z',
    );
    assert.equal(earliest([undefined]), undefined);
  });
});

suite('cron expressions', () => {
  const next = (cron: string, after: string) =>
    nextCronTime(cron, new Date(after), 'Europe/Berlin')?.toISOString();

  test('name local times, also over a change of daylight saving time', () => {
    assert.equal(next('0 9 * * *', '2026-03-28T12:00:00Z'), '2026-03-29T07:00:00.000Z');
    assert.equal(next('0 9 * * *', '2026-10-24T12:00:00Z'), '2026-10-25T08:00:00.000Z');
    assert.equal(next('30 2 * * *', '2026-03-28T12:00:00Z'), '2026-03-29T01:00:00.000Z');
  });

  test('name the moment after the one that was given', () => {
    assert.equal(next('0 9 * * 1', '2026-11-23T08:00:00.000Z'), '2026-11-30T08:00:00.000Z');
  });

  test('that make no sense, or ask for every second, are refused', () => {
    for (const bad of ['', 'every day', '61 * * * *', '* * * * * *', '0 9 * *', '0 0 9 * * *']) {
      assert.throws(() => next(bad, '2026-11-21T00:00:00Z'), /is no cron expression/, bad);
    }
  });
});
