// The texts are what the agents really print: anthropics/claude-code issues 2087 and 74079, openai/codex issues 3899,
// 21047 and 26668, google-gemini/gemini-cli issues 13004 and 22107, benbasha/Claude-Autopilot issue 25.
import assert from 'node:assert/strict';
import { agentProfileSchema } from '../../../../src/core/model/agent-profile';
import { isLinearPattern } from '../../../../src/core/model/linear-pattern';
import { usageLimit } from '../../../../src/core/queue/usage-limit';
import { builtIn } from '../../../support/agent-profiles';

const now = new Date('2026-11-21T14:00:00.000Z');
/** Two hours ahead of UTC, as `Date.getTimezoneOffset` says it. */
const offsetMinutes = -120;

function limitOf(agent: string, tail: string, exitCode: number | null = 1) {
  return usageLimit(builtIn(agent).limits, { tail, exitCode, now, offsetMinutes });
}

const told: readonly (readonly [string, string, string | undefined])[] = [
  ['claude', 'Claude AI usage limit reached|1795280400', '2026-11-21T17:00:00.000Z'],
  [
    'claude',
    '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour","resetsAt":1795280400}}',
    '2026-11-21T17:00:00.000Z',
  ],
  ['claude', "You've hit your session limit · resets 12:50am (Europe/Helsinki)", '2026-11-21T22:50:00.000Z'],
  ['claude', '5-hour limit reached ∙ resets 5pm', '2026-11-21T15:00:00.000Z'],
  ['claude', "You've hit your weekly limit · resets Nov 24, 9am", '2026-11-24T07:00:00.000Z'],
  ['claude', 'Claude usage limit reached. Your limit will reset soon.', undefined],
  [
    'codex',
    "■ You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
    '2026-11-27T12:11:00.000Z',
  ],
  ['codex', "You've hit your usage limit. Try again at 6:51 PM.", '2026-11-21T16:51:00.000Z'],
  [
    'codex',
    "You've hit your usage limit. Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus), or try again at Dec 11th, 2026 1:36 PM.",
    '2026-12-11T11:36:00.000Z',
  ],
  ['codex', "You've hit your usage limit. Upgrade your plan or try again later.", undefined],
  [
    'gemini',
    'You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.',
    '2026-11-21T22:44:07.000Z',
  ],
  ['gemini', 'You have reached your daily gemini-2.5-pro quota limit.', undefined],
];

suite('A usage limit', () => {
  for (const [agent, text, until] of told) {
    test(`of ${agent} until ${until ?? 'nobody knows when'}: ${text.slice(0, 60)}`, () => {
      const found = limitOf(agent, `working …\n${text}\n`);
      assert.deepEqual(found, until === undefined ? {} : { until: new Date(until) });
    });
  }

  test('is not told by what an agent prints otherwise, or by an agent without such data', () => {
    assert.equal(limitOf('claude', 'All tests pass. 12 files changed.'), undefined);
    assert.equal(limitOf('demo', 'usage limit reached|1795280400'), undefined);
  });

  test('is told by the exit code, where the profile says so', () => {
    const limits = { exitCodes: [75], patterns: [] };
    const end = { tail: '', now, offsetMinutes };
    assert.deepEqual(usageLimit(limits, { ...end, exitCode: 75 }), {});
    assert.equal(usageLimit(limits, { ...end, exitCode: 1 }), undefined);
    assert.equal(usageLimit(limits, { ...end, exitCode: null }), undefined);
  });

  test('has the time that was printed last, and none that is long over or lies too far ahead', () => {
    const twice = 'usage limit reached|1795280400\nusage limit reached|1795284000\n';
    assert.deepEqual(limitOf('claude', twice), { until: new Date('2026-11-21T18:00:00.000Z') });
    assert.deepEqual(limitOf('claude', 'usage limit reached|1000000000'), {});
    assert.deepEqual(limitOf('claude', 'usage limit reached|99999999999'), {});
  });

  test('a time of day that is long over is tomorrow, and a day without a year that has passed is next year', () => {
    assert.deepEqual(limitOf('claude', 'limit reached ∙ resets 3pm'), {
      until: new Date('2026-11-22T13:00:00.000Z'),
    });
    const wrapped = {
      patterns: [{ pattern: 'resets (?<reset>[a-z\\d ,:]{1,30})', reset: 'clock' as const }],
      exitCodes: [],
    };
    const end = {
      tail: 'resets Jan 2, 9am',
      exitCode: 1,
      now: new Date('2026-12-28T12:00:00Z'),
      offsetMinutes: 0,
    };
    assert.deepEqual(usageLimit(wrapped, end), { until: new Date('2027-01-02T09:00:00.000Z') });
  });

  test('that was over a moment ago is over, and does not come again tomorrow', () => {
    const at = (time: string, tail: string) =>
      usageLimit(builtIn('claude').limits, { tail, exitCode: 1, now: new Date(time), offsetMinutes });
    const until = new Date('2026-11-21T13:00:00.000Z');
    for (const time of ['2026-11-21T13:00:00.000Z', '2026-11-21T13:29:59.000Z'])
      assert.deepEqual(at(time, 'limit reached ∙ resets 3pm'), { until }, time);
    assert.deepEqual(at('2026-11-21T13:30:00.000Z', 'limit reached ∙ resets 3pm'), {
      until: new Date('2026-11-22T13:00:00.000Z'),
    });
    assert.deepEqual(at('2026-11-21T13:10:00.000Z', 'usage limit reached|1795266000'), { until });
    // By the clock of the machine midnight lies between.
    assert.deepEqual(at('2026-11-21T22:05:00.000Z', 'limit reached ∙ resets 11:50pm'), {
      until: new Date('2026-11-21T21:50:00.000Z'),
    });
  });

  test('takes ISO times', () => {
    const limits = {
      patterns: [{ pattern: 'until (?<reset>[\\dTZ:-]{10,30})', reset: 'iso' as const }],
      exitCodes: [],
    };
    const end = { tail: 'until 2026-11-22T07:06:58Z', exitCode: 1, now, offsetMinutes };
    assert.deepEqual(usageLimit(limits, end), { until: new Date('2026-11-22T07:06:58Z') });
  });
});

suite('A pattern of a profile', () => {
  for (const bad of [
    'limit (reached',
    '(a+)+b',
    'a*b',
    '.*limit',
    'a{2,}',
    '(?=limit)x',
    '(?<!no )limit',
    '(l)imi\\1',
    '(?:a|a){1,30}b',
    '.{0,200}.{0,200}limit',
  ]) {
    test(`is refused when it could take too long or is none: ${bad}`, () => {
      assert.equal(isLinearPattern(bad), false);
      const profile = { ...builtIn('demo'), limits: { patterns: [{ pattern: bad }] } };
      assert.equal(agentProfileSchema.safeParse(profile).success, false);
    });
  }

  for (const good of [
    'usage limit',
    'reset (?<reset>\\d{1,5})',
    'a\\+b?c',
    '[*+]{2}',
    'x[^\\n]{0,100}y{2}',
  ]) {
    test(`is taken: ${good}`, () => assert.equal(isLinearPattern(good), true));
  }
});
