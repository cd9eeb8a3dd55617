/** JSON data as one line of TOML, for agents that take settings as `key=value` arguments. Source: toml.io, v1.0. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An inline value. Lists and tables may be nested. @throws `RangeError` for null, which TOML does not have */
export function inlineToml(value: Json): string {
  if (value === null) throw new RangeError('TOML has no null');
  if (typeof value === 'string') return tomlString(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(inlineToml).join(',')}]`;
  const pairs = Object.entries(value).map(([key, held]) => `${tomlKey(key)}=${inlineToml(held)}`);
  return `{${pairs.join(',')}}`;
}

/** The escapes of a JSON string are TOML's too; DEL alone has to be escaped here and not there. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
