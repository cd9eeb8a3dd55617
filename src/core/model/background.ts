/**
 * What a person allows Baton to do by itself in one workspace folder. Kept among the person's own settings and never in
 * the repository: a project from a stranger must not be able to switch it on. Source: requirements 002-2, 002-33.
 */
import * as z from 'zod/mini';

const utc = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));

export const backgroundChoiceSchema = z.object({
  /** Resume by itself what ended before it was done. Off unless the person turned it on. */
  autoResume: z._default(z.boolean(), false),
  /** *Pause all background work*: since when; null while not paused. */
  pausedAt: z._default(z.nullable(utc), null),
  /** The pause of this very moment was asked for by a program (`agent.control`), which may end it; any other is the person's. */
  programPausedAt: z.optional(utc),
  /** Economy profiles in the order to try them; all that are installed when it is empty. */
  agents: z._default(z.array(z.string()), []),
  /** Ids of tasks on which nothing is started by itself until the person lets it go on; absent for none. */
  held: z.optional(z.array(z.string())),
});
export type BackgroundChoice = z.infer<typeof backgroundChoiceSchema>;
/** What of a choice is to be another; as a function, made of the choice as it is when it is changed. */
export type BackgroundChange =
  | Partial<BackgroundChoice>
  | ((now: BackgroundChoice) => Partial<BackgroundChoice>);
export const noBackgroundChoice: BackgroundChoice = backgroundChoiceSchema.parse({});
