/** What the JSON of a feature checklist may hold, for completion and hints. Unknown fields are kept, so none is refused. */
import type { JSONSchema } from 'vscode-json-languageservice';

/** What is said of each field, in the person's language. */
export type ChecklistWords = Readonly<
  Record<
    | 'features'
    | 'overallProgress'
    | 'feature'
    | 'id'
    | 'description'
    | 'passes'
    | 'testedAt'
    | 'category'
    | 'steps'
    | 'verify'
    | 'files'
    | 'evidence',
    string
  >
>;

/** Source: product.md section 3; requirement 003-43. */
export function checklistSchema(words: ChecklistWords): JSONSchema {
  return {
    type: 'object',
    required: ['features'],
    properties: {
      features: featureList(words),
      overall_progress: {
        type: ['string', 'number'],
        description: words.overallProgress,
        default: '0%',
      },
    },
  };
}

/** Of a checklist that is the bare list. */
export function featureList(words: ChecklistWords): JSONSchema {
  return { type: 'array', description: words.features, items: featureSchema(words) };
}

function featureSchema(words: ChecklistWords): JSONSchema {
  const texts = (description: string): JSONSchema => ({
    type: 'array',
    description,
    items: { type: 'string' },
  });
  return {
    type: 'object',
    required: ['id', 'description', 'passes'],
    defaultSnippets: [
      {
        label: words.feature,
        body: { id: '$1', description: '$2', passes: false, tested_at: null },
      },
    ],
    properties: {
      id: { type: ['string', 'number'], description: words.id },
      description: { type: 'string', description: words.description },
      passes: { type: 'boolean', description: words.passes, default: false },
      tested_at: { type: ['string', 'null'], description: words.testedAt, default: null },
      category: { type: 'string', description: words.category },
      steps: texts(words.steps),
      verify: { type: 'string', description: words.verify },
      files: texts(words.files),
      evidence: { type: ['object', 'null'], description: words.evidence },
    },
  };
}
