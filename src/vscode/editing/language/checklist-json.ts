/**
 * Help with the JSON of a feature checklist, by VS Code's own JSON library, which is why it stands here and not in the core.
 * Places are offsets into the JSON. Needs no `vscode`, so it is tested without one.
 */
import {
  type CompletionItem,
  getLanguageService,
  InsertTextFormat,
  type JSONDocument,
  type LanguageService,
  MarkupContent,
  type Range,
  TextDocument,
} from 'vscode-json-languageservice';
import type { TextRange } from '../../../core/base/text-edit';
import { nestingLimit, nestingOf } from '../../../core/markdown/checklist';
import { type ChecklistWords, checklistSchema, featureList } from './checklist-schema';

export interface JsonProblem {
  readonly range: TextRange;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** Not JSON at all; otherwise JSON of another shape. */
  readonly isSyntax: boolean;
}

export interface JsonCompletion {
  readonly label: string;
  /** As the language server protocol counts kinds. */
  readonly kind: number | undefined;
  readonly text: string;
  readonly isSnippet: boolean;
  readonly range: TextRange;
  readonly documentation: string | undefined;
  readonly filterText: string | undefined;
  readonly sortText: string | undefined;
}

const objectAddress = 'baton-checklist:/object.json';
const listAddress = 'baton-checklist:/list.json';

interface Opened {
  readonly document: TextDocument;
  readonly json: JSONDocument;
}

/** Keeps what it took apart last, since completion, hover and validation ask for the same text one after the other. */
export class ChecklistJson {
  readonly #service: LanguageService;
  #last: (Opened & { readonly text: string }) | undefined;

  constructor(words: ChecklistWords) {
    this.#service = getLanguageService({});
    const schemas = [
      {
        uri: 'baton-checklist:/object.schema.json',
        fileMatch: [objectAddress],
        schema: checklistSchema(words),
      },
      { uri: 'baton-checklist:/list.schema.json', fileMatch: [listAddress], schema: featureList(words) },
    ];
    this.#service.configure({ validate: true, allowComments: false, schemas });
  }

  /** Comments and trailing commas are warnings: Baton reads them, strict readers do not. */
  async problems(text: string): Promise<readonly JsonProblem[]> {
    const opened = this.#open(text);
    if (opened === undefined) return [];
    const { document, json } = opened;
    const settings = { comments: 'warning', trailingCommas: 'warning' } as const;
    const found = await this.#service.doValidation(document, json, settings);
    return found.map(({ range, message, severity, code }) => ({
      range: offsets(document, range),
      message: typeof message === 'string' ? message : message.value,
      severity: severity === 1 ? 'error' : 'warning',
      isSyntax: typeof code === 'number' && code >= 0x100,
    }));
  }

  async completions(text: string, offset: number): Promise<readonly JsonCompletion[]> {
    const opened = this.#open(text);
    if (opened === undefined) return [];
    const { document, json } = opened;
    const list = await this.#service.doComplete(document, document.positionAt(offset), json);
    return (list?.items ?? []).map((item) => completionOf(document, item, offset));
  }

  /** What the schema says of the place; Markdown. */
  async hover(
    text: string,
    offset: number,
  ): Promise<{ readonly words: string; readonly range: TextRange | undefined } | undefined> {
    const opened = this.#open(text);
    if (opened === undefined) return undefined;
    const { document, json } = opened;
    const hover = await this.#service.doHover(document, document.positionAt(offset), json);
    if (hover === null) return undefined;
    const contents = Array.isArray(hover.contents) ? hover.contents : [hover.contents];
    const words = contents
      .map((one) => (typeof one === 'string' ? one : one.value))
      .filter((one) => one !== '');
    if (words.length === 0) return undefined;
    return { words: words.join('\n\n'), range: hover.range && offsets(document, hover.range) };
  }

  /** Undefined for text that is nested beyond reason: the parser would run out of stack. */
  #open(text: string): Opened | undefined {
    if (this.#last?.text === text) return this.#last;
    if (nestingOf(text) > nestingLimit) return undefined;
    const address = text.trimStart().startsWith('[') ? listAddress : objectAddress;
    const document = TextDocument.create(address, 'json', 0, text);
    this.#last = { text, document, json: this.#service.parseJSONDocument(document) };
    return this.#last;
  }
}

function offsets(document: TextDocument, { start, end }: Range): TextRange {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

function completionOf(document: TextDocument, item: CompletionItem, offset: number): JsonCompletion {
  const { textEdit, documentation } = item;
  const edited = textEdit === undefined ? undefined : 'range' in textEdit ? textEdit.range : textEdit.replace;
  return {
    label: item.label,
    kind: item.kind,
    text: textEdit?.newText ?? item.insertText ?? item.label,
    isSnippet: item.insertTextFormat === InsertTextFormat.Snippet,
    range: edited === undefined ? { start: offset, end: offset } : offsets(document, edited),
    documentation: MarkupContent.is(documentation) ? documentation.value : documentation,
    filterText: item.filterText,
    sortText: item.sortText,
  };
}
