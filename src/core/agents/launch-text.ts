/**
 * Fills in what a profile leaves open: references, private files, hook lines, encodings. Pure; what comes out is one
 * text, never a command line. The forms are described at `LaunchText`.
 */
import { BatonError } from '../base/baton-error';
import { isLaunchForm, type LaunchRef, type LaunchText, type LaunchValue } from '../model/agent-profile';
import type { HookLines } from './hook-line';
import { inlineToml, type Json } from './toml';

/** What a profile's forms stand for in one launch. */
export interface TextScope extends HookLines {
  /** Whose profile it is, for messages. */
  readonly profile: string;
  readonly refs: Readonly<Partial<Record<LaunchRef, string>>>;
  /** Absolute paths of private files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the UTF-8 bytes, in lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** @throws `invalid_config` for a form that means nothing here, as the id of an earlier session in a fresh start */
export function launchText(text: LaunchText, scope: TextScope): string {
  if (typeof text === 'string') return text;
  if ('ref' in text) return known(scope.refs[text.ref], `the reference "${text.ref}"`, scope);
  if ('file' in text) return known(scope.files[text.file], `the private file "${text.file}"`, scope);
  if ('join' in text) return text.join.map((part) => launchText(part, scope)).join('');
  if ('fileUrl' in text) return fileUrl(launchText(text.fileUrl, scope));
  if ('hook' in text) return scope.hookLine(text.hook);
  if ('lastingHook' in text) return scope.lastingHookLine(text.lastingHook);
  if ('json' in text) return unsubstituted(JSON.stringify(launchValue(text.json, scope)));
  if ('toml' in text) return unsubstituted(inlineToml(launchValue(text.toml, scope)));
  return `sha256:${scope.sha256(JSON.stringify(sorted(launchValue(text.sha256, scope))))}`;
}

/** A value with all its texts filled in. */
export function launchValue(value: LaunchValue, scope: TextScope): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((one) => launchValue(one, scope));
  if (isText(value)) return launchText(value, scope);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, launchValue(held, scope)]));
}

/** An absolute path, `/` or `\` as separator, as an address. */
export function fileUrl(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent);
  // A drive keeps its colon: file:///C:/folder.
  const drive = /^[A-Za-z]%3A$/.test(parts[0] ?? '');
  return `file://${drive ? '/' : ''}${parts.join('/').replace('%3A', drive ? ':' : '%3A')}`;
}

/** Inside a JSON or TOML string the dollar may be written as an escape, so that the editor sees nothing to replace. */
function unsubstituted(encoded: string): string {
  return encoded.replaceAll('${', '\\u0024{');
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isJsonList(value)) return value.map(sorted);
  const keys = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(keys.map(([key, held]) => [key, sorted(held)]));
}

function known(value: string | undefined, what: string, { profile }: TextScope): string {
  if (value !== undefined) return value;
  throw new BatonError('invalid_config', `The profile ${profile} uses ${what}, which means nothing here`, {
    hint: 'Correct the profile in the settings.',
  });
}

function isList(value: object): value is readonly LaunchValue[] {
  return Array.isArray(value);
}

function isJsonList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function isText(value: object): value is Exclude<LaunchText, string> {
  return isLaunchForm(value);
}
