/** Reading option values: commander hands over `unknown`, commands want typed values or a usage error. */
import { BatonError } from '../core/base/baton-error';

/** Collects a repeatable flag. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export function text(options: Record<string, unknown>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function list(options: Record<string, unknown>, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function flag(options: Record<string, unknown>, name: string): boolean {
  return options[name] === true;
}

/** A whole number in a range. Throws `usage` naming the flag otherwise. */
export function integer(
  options: Record<string, unknown>,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= range.min && number <= range.max)) {
    throw new BatonError('usage', `--${kebab(name)} takes a whole number from ${range.min} to ${range.max}`);
  }
  return number;
}

export function argument(args: readonly string[], index: number, name: string): string {
  const value = args[index];
  if (value === undefined) throw new BatonError('usage', `${name} is missing`);
  return value;
}

/** A whole number. What range it may have is the operation's to say. */
export function wholeArgument(args: readonly string[], index: number, name: string): number {
  const value = argument(args, index, name);
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new BatonError('usage', `${name} must be a whole number, not "${value}"`);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
