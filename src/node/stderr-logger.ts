/** The Logger port for command lines: stdout belongs to answers, so everything else goes to stderr. */
import type { Logger } from '../core/ports';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

/** One line a message, from `least` upward. */
export function stderrLogger(
  least: LogLevel = 'warn',
  write: (line: string) => unknown = (line) => process.stderr.write(line),
): Logger {
  const at = (level: LogLevel) => (message: string) => {
    if (levels.indexOf(level) >= levels.indexOf(least)) write(`baton: ${level}: ${message}\n`);
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
