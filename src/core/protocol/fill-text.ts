/** Puts the facts of one launch into a protocol text. */

export interface TextFacts {
  /** Command that calls Baton. */
  readonly baton: string;
  readonly id: string;
  /** Markdown that names the task file. */
  readonly file: string;
  /** Markdown that names the folder the agent starts in. */
  readonly cwd: string;
}

/** One pass, so that a fact which holds `{{…}}` itself is not filled in again. Unknown names stay as they are. */
export function fillText(body: string, facts: TextFacts): string {
  return body.replace(/\{\{(baton|id|file|cwd)\}\}/g, (whole, name: string) => {
    switch (name) {
      case 'baton':
        return facts.baton;
      case 'id':
        return facts.id;
      case 'file':
        return facts.file;
      case 'cwd':
        return facts.cwd;
      default:
        return whole;
    }
  });
}
