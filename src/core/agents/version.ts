/** Versions of agents' programs, which move every week. */

/** The first thing in a program's answer that looks like a version, as `2.1.329`; undefined when nothing does. */
export function versionIn(printed: string): string | undefined {
  return /\d+(?:\.\d+)+/.exec(printed)?.[0];
}

/** Whether a version is newer than the one a profile was verified with. Parts are compared as numbers. */
export function isNewer(version: string, testedWith: string): boolean {
  if (testedWith === '') return false;
  const [own, tested] = [version, testedWith].map((one) => one.split('.').map(Number));
  for (let part = 0; part < Math.max(own?.length ?? 0, tested?.length ?? 0); part++) {
    const difference = (own?.[part] ?? 0) - (tested?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
