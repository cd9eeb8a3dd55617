/** What a cron expression means, in the local time of this machine. */
import { Cron } from 'croner';
import { BatonError } from '../core/base/baton-error';

/**
 * The first moment after `after`; undefined when there is none. Throws `invalid_config` for what is no expression.
 *
 * @param timezone IANA name; the machine's own when left out
 */
export function nextCronTime(expression: string, after: Date, timezone?: string): Date | undefined {
  try {
    // Five fields, so that nobody asks for every second.
    const cron = new Cron(expression, {
      paused: true,
      mode: '5-part',
      ...(timezone !== undefined && { timezone }),
    });
    return cron.nextRun(after) ?? undefined;
  } catch (cause) {
    throw new BatonError('invalid_config', `"${expression}" is no cron expression`, {
      hint: 'Give minute, hour, day of the month, month and day of the week, as "0 9 * * 1" for Mondays at nine.',
      cause,
    });
  }
}
