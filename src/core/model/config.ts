/**
 * `.baton/config.json`: project settings that every surface obeys. Untrusted input: it comes with the repository.
 * The descriptions are shown while one edits the file: `media/schemas` is made from this schema.
 */
import * as z from 'zod/mini';

const relativeFolder = z.string().check(
  z.minLength(1),
  z.maxLength(200),
  z.refine(
    (path) => !/^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|\0/.test(path),
    'must stay inside the workspace folder',
  ),
);

const tasks = z.object({
  folder: z._default(relativeFolder, 'task-states').check(z.describe('Where new tasks are created.')),
  alsoIn: z
    ._default(z.array(relativeFolder).check(z.maxLength(20)), [])
    .check(z.describe('Further folders that hold state files, each read without its sub-folders.')),
});

const protocol = z.object({
  budgetTokens: z
    ._default(z.int().check(z.minimum(500), z.maximum(50_000)), 4000)
    .check(z.describe('Token budget of the startup packet.')),
  omit: z
    ._default(z.array(z.string()), [])
    .check(
      z.describe(
        'Texts of the packet to leave out, by name; the startup protocol itself cannot be left out.',
      ),
    ),
});

export const configSchema = z.object({
  schema: z._default(z.literal(1), 1),
  tasks: z.prefault(tasks, {}),
  protocol: z.prefault(protocol, {}),
});

export type Config = z.infer<typeof configSchema>;
export const defaultConfig: Config = configSchema.parse({});
