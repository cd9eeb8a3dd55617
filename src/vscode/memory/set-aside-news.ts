/** Which damaged files of memory the person was told of. Pure. */

/** A memento fits. */
export interface Told {
  get<T>(key: string, none: T): T;
  update(key: string, value: readonly string[]): PromiseLike<void>;
}

const key = 'baton.memory.setAside';
/** Files that are set aside are rare; the oldest are forgotten first. */
const most = 100;

/** True once for every file: whoever asks tells the person. @param file absolute */
export function isNews(told: Told, file: string): boolean {
  const known = told.get<readonly string[]>(key, []);
  if (known.includes(file)) return false;
  void told.update(key, [...known, file].slice(-most));
  return true;
}
