/** What to watch for a folder of the settings, in the words of the editor's globs. Pure. */

/**
 * The folders on the way, since one that appears with others in it is told without them, the folder itself, and what lies
 * directly in it.
 *
 * @param folder as people write it: `./docs/tasks/`, or `.` for the workspace folder
 */
export function watchPatterns(folder: string): readonly string[] {
  const parts = folder.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const names = parts.map(literal);
  const way = names.map((_, index) => names.slice(0, index + 1).join('/'));
  return [...way, [...names, '*'].join('/')];
}

/** The editor's globs cannot quote their own signs. What is told too often costs a look; what is told never is not shown. */
function literal(name: string): string {
  return name.replace(/[*?[\]{}]/g, '?');
}
