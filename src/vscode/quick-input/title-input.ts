/** The title box also takes an id, typed as people write one: `#100 Database Schema`. */

export interface TitleInput {
  readonly id: string | undefined;
  readonly title: string;
}

/** Without a leading `#id` the whole text is the title, and the next free number becomes the id. */
export function parseTitle(typed: string): TitleInput {
  const match = /^\s*#([A-Za-z0-9][A-Za-z0-9._-]*)(?::\s*|\s+)(\S.*)$/.exec(typed);
  return match?.[1] && match[2]
    ? { id: match[1], title: match[2].trim() }
    : { id: undefined, title: typed.trim() };
}
