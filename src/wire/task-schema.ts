/**
 * What the MCP server declares about its answers. Readers ignore fields they do not know, so the schemas are open: a
 * field that is added to a shape breaks nobody. Source: product.md section 7.
 */
import * as z from 'zod';

const ids = z.array(z.string());

const progressSchema = z.looseObject({
  passed: z.int(),
  total: z.int(),
  percent: z.int(),
  of: z.enum(['features', 'criteria', 'hand']),
});

/** `Task` without what only few readers need: a list of tasks must not fill an agent's context. */
export const taskBriefSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  badges: z.array(z.string()),
  stale: z.array(z.string()),
  dependsOn: ids,
  unmet: ids,
  agent: z.nullable(z.string()),
  priority: z.nullable(z.number()),
  progress: progressSchema,
  sessions: z.int(),
  running: z.nullable(z.string()),
  blockedReason: z.nullable(z.string()),
  question: z.nullable(z.string()),
  file: z.string(),
});

export const taskWholeSchema = taskBriefSchema.extend({
  context: z.looseObject({
    prd: z.nullable(z.string()),
    epic: z.nullable(z.string()),
    repository: z.nullable(z.string()),
    description: z.string(),
  }),
  criteria: z.array(z.looseObject({ text: z.string(), done: z.boolean() })),
  features: z.array(
    z.looseObject({
      id: z.string(),
      description: z.string(),
      passes: z.boolean(),
      testedAt: z.nullable(z.string()),
    }),
  ),
  inputs: z.array(
    z.looseObject({ from: z.string(), title: z.string(), text: z.string(), stale: z.boolean() }),
  ),
  log: z.array(
    z.looseObject({
      session: z.int(),
      at: z.nullable(z.string()),
      did: z.array(z.string()),
      issues: z.array(z.string()),
      state: z.array(z.string()),
      next: z.array(z.string()),
    }),
  ),
  output: z.nullable(z.looseObject({ summary: z.string(), sections: z.record(z.string(), z.string()) })),
  problems: z.array(z.looseObject({ code: z.string(), message: z.string(), line: z.int() })),
});

export const noteSchema = z.looseObject({
  id: z.int(),
  kind: z.string(),
  text: z.string(),
  task: z.nullable(z.string()),
  at: z.string(),
});

/** `results` of a search, or what was `recalled` by its id. */
export const memoryAnswerSchema = z.looseObject({
  mode: z.string(),
  notice: z.nullable(z.string()),
  results: z.optional(z.array(z.looseObject({ id: z.string(), title: z.string(), extract: z.string() }))),
  recalled: z.optional(z.array(z.looseObject({ id: z.string(), title: z.string(), text: z.string() }))),
});
