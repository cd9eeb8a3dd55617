/** What looks like a secret in the output of a command is not written into a file that git carries away. */

export const mask = '***';

/** The formats of keys that providers document, each with a prefix of its own. */
const known = [
  /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{16,})/g,
  /\b(?:sk|pk|rk)[-_][\w-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /\bAIza[\w-]{20,}/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  // A JSON Web Token.
  /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
];

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const credentialsInAddress = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi;
const scheme = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

/**
 * A name that says it, then `=` or `:`, then a value, however long: in environments, headers, YAML and JSON, also where
 * that is a text in JSON itself.
 */
const named =
  /((?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|authorization)\w{0,30}\\{0,8}["']?\s{0,3}(?:=|:(?!\/\/))\s{0,3})(\\{0,8}"[^"\n]+"?|\\{0,8}'[^'\n]+'?|[^\s"',;]+)/gi;

/** Errs on the side of hiding; where nothing looks like a secret the text stays as it is. */
export function maskSecrets(text: string): string {
  let masked = text.replace(privateKey, mask).replace(credentialsInAddress, `$1${mask}@`);
  masked = masked.replace(scheme, `$1 ${mask}`);
  for (const pattern of known) masked = masked.replace(pattern, mask);
  return masked.replace(named, maskValue);
}

/** Words like `token: string` or `password = true` tell nothing and help who reads a failing test. */
const harmless =
  /^\\*["']?(?:true|false|null|undefined|none|string|number|\*{3}|Bearer|Basic|\d{1,3})\\*["']?$/i;

function maskValue(whole: string, name: string, value: string): string {
  return harmless.test(value) ? whole : `${name}${mask}`;
}
