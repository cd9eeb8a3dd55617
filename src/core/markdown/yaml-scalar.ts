/** Values as YAML text that every YAML reader, old or new, takes for the same value. */

/** Words YAML 1.1 or 1.2 takes for something other than a string. */
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
const plain = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

export function yamlScalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return timestamp.test(value) || (plain.test(value) && !reserved.test(value)) ? value : yamlString(value);
}

/** Always quoted: an id like `0101` must stay one for every reader. */
export function yamlList(values: readonly string[]): string {
  return `[${values.map(yamlString).join(', ')}]`;
}

/** JSON's double-quoted form is YAML's, once the line breaks JSON leaves alone are escaped too. */
function yamlString(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
