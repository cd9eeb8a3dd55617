/** Changes to one property of a JSON object in a text, as edits that leave all other characters alone. */
import type { Node as JsonNode } from 'jsonc-parser';
import type { TextEdit } from '../../base/text-edit';
import { propertyNode } from '../features';

/**
 * Sets a property, or removes it when `value` is undefined. Offsets count from the start of `json`, which must be
 * valid but for comments and trailing commas. New text has LF line endings.
 */
export function setProperty(
  json: string,
  object: JsonNode,
  key: string,
  value: unknown,
): readonly TextEdit[] {
  const property = propertyNode(object, key);
  const current = property?.children?.[1];
  if (property === undefined || current === undefined) {
    return value === undefined ? [] : [insertProperty(json, object, key, value)];
  }
  if (value === undefined) return [removeProperty(object, property)];
  const written = jsonText(value, indentOf(json, property.offset));
  const before = json.slice(current.offset, current.offset + current.length);
  if (sameJson(before, value)) return [];
  return [{ start: current.offset, end: current.offset + current.length, text: written }];
}

/** Appends a value to an array, laid out as the entries before it. */
export function appendElements(json: string, array: JsonNode, values: readonly unknown[]): TextEdit {
  const last = array.children?.at(-1);
  if (last !== undefined) {
    const indent = indentOf(json, last.offset);
    const text = values
      .map((value) => `,${indent === undefined ? ' ' : `\n${indent}`}${jsonText(value, indent)}`)
      .join('');
    return { start: last.offset + last.length, end: last.offset + last.length, text };
  }
  const outer = indentOf(json, array.parent?.offset ?? array.offset) ?? '';
  const indent = `${outer}  `;
  const text = values.map((value) => `\n${indent}${jsonText(value, indent)}`).join(',');
  return { start: array.offset, end: array.offset + array.length, text: `[${text}\n${outer}]` };
}

function insertProperty(json: string, object: JsonNode, key: string, value: unknown): TextEdit {
  const last = object.children?.at(-1);
  const name = JSON.stringify(key);
  if (last === undefined) {
    const text = `{ ${name}: ${jsonText(value, undefined)} }`;
    return { start: object.offset, end: object.offset + object.length, text };
  }
  const end = last.offset + last.length;
  const indent = indentOf(json, last.offset);
  const gap = indent === undefined ? ' ' : `\n${indent}`;
  return { start: end, end, text: `,${gap}${name}: ${jsonText(value, indent)}` };
}

function removeProperty(object: JsonNode, property: JsonNode): TextEdit {
  const siblings = object.children ?? [];
  const index = siblings.indexOf(property);
  const before = siblings[index - 1];
  const after = siblings[index + 1];
  const end = property.offset + property.length;
  if (before !== undefined) return { start: before.offset + before.length, end, text: '' };
  return { start: property.offset, end: after?.offset ?? end, text: '' };
}

/** The blanks before an offset when it is the first thing on its line; undefined when it is not. */
function indentOf(json: string, offset: number): string | undefined {
  const line = json.slice(json.lastIndexOf('\n', offset - 1) + 1, offset);
  return line.trim() === '' ? line : undefined;
}

/** On one line without an indentation; else spread over lines below it, if it has an inside. */
function jsonText(value: unknown, indent: string | undefined): string {
  if (indent !== undefined) return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
  return JSON.stringify(value, null, 1)
    .replace(/\n */g, ' ')
    .replace(/^([[{]) ([\]}])$/, '$1$2');
}

function sameJson(written: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(written)) === JSON.stringify(value);
  } catch (error) {
    // Written with comments or trailing commas: valid for us, not for JSON.parse, and so not the same.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
