/** What was found in memory as rows of a pick, and one item whole as a document. Pure. */
import type { L10n } from '../l10n';

/** As `baton memory query --json` and `recall --json` give it; more fields there are of no use here. */
export interface ShownMemory {
  readonly id: string;
  readonly kind: string;
  /** Of a note its kind. */
  readonly detail: string | null;
  readonly task: string | null;
  readonly session: number | null;
  readonly provenance: string;
  /** UTC. */
  readonly at: string;
  readonly title: string;
  readonly current: boolean;
  readonly source: { readonly path: string; readonly line: number | null };
  readonly holdsNow: { readonly id: string; readonly title: string } | null;
}

export interface MemoryRow {
  /** Of a codicon. Not in the label, where a screen reader would say it. */
  readonly icon: string;
  readonly label: string;
  readonly description: string;
  /** What there is besides the label. */
  readonly detail?: string;
}

/** What keeps memory from being as it should be, as every answer of the command line tells it. */
export interface ShownTrouble {
  readonly kind: string;
  readonly file: string | null;
  /** Why, and what to do; as the command line says it. */
  readonly reason: string;
}

export interface TroubleRow {
  readonly label: string;
  readonly detail: string;
  /** What there is to say besides the label, all of it: a row is cut at its end. */
  readonly whole: string;
}

const icons: Readonly<Record<string, string>> = {
  progress: 'history',
  note: 'note',
  session_start: 'play',
  session_end: 'debug-stop',
  checklist: 'checklist',
  plan: 'list-tree',
  output: 'export',
  document: 'markdown',
};

export function rowOf(item: ShownMemory & { readonly extract: string }, l10n: L10n): MemoryRow {
  const { holdsNow, title, current } = item;
  const standing = holdsNow !== null ? l10n.t('Superseded') : current ? '' : l10n.t('No longer holds');
  const extract = oneLine(item.extract);
  // Nobody is to take an old fact for what holds because the row was read in passing.
  const detail = holdsNow === null ? extract : l10n.t('What holds now: {0}', holdsNow.title);
  return {
    icon: icons[item.kind] ?? 'archive',
    label: withoutIcons(title),
    description: [standing, ...about(item, l10n), kindWords(item, l10n)]
      .filter((part) => part !== '')
      .join(' · '),
    ...(detail !== '' && detail !== title && { detail: withoutIcons(detail) }),
  };
}

/** Without the sign of a list. */
function oneLine(text: string): string {
  return text
    .replace(/^\s*[-*+]\s+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

export function troubleRow({ kind, file, reason }: ShownTrouble, { t }: L10n): TroubleRow {
  const row = (headline: string, detail: string, more: readonly string[] = []) => ({
    label: headline,
    detail: withoutIcons(detail),
    whole: [detail, ...more].join(' '),
  });
  switch (kind) {
    case 'set_aside':
      return row(
        t('Memory could not be read and was made anew'),
        t('The old file is kept as {0}.', file ?? ''),
        [t('Only what was pinned by hand is lost. Delete that file when you have no use for it.')],
      );
    case 'no_database':
      return row(t('There is no SQLite here'), t('Memory is kept in {0}, which is slower.', file ?? ''), [
        t('Node 22.13 or newer has SQLite.'),
      ]);
    case 'not_kept':
      return file === null
        ? row(t('Memory is not being kept'), reason)
        : row(t('Memory is not being kept'), t('Nothing can be written in {0}.', file), [
            t(
              'What is found is read from the files each time. Check the permissions and the space on the disk.',
            ),
          ]);
    default:
      return row(t('Memory is not up to date'), reason);
  }
}

/** Markdown; what was written elsewhere stands in it as a quote. */
export function memoryDocument(item: ShownMemory & { readonly text: string }, l10n: L10n): string {
  const place = item.source.line === null ? item.source.path : `${item.source.path}:${item.source.line}`;
  const facts = [
    kindWords(item, l10n),
    ...about(item, l10n),
    provenanceWords(item.provenance, l10n),
    place,
    item.id,
  ];
  const standing = standingWords(item, l10n);
  return [
    `# ${item.title.replace(/\s+/g, ' ')}`,
    ...(standing === '' ? [] : [`**${standing}**`]),
    facts.join(' · '),
    quoted(item.text),
    '',
  ].join('\n\n');
}

function kindWords({ kind, detail }: ShownMemory, { t }: L10n): string {
  switch (kind === 'note' ? detail : kind) {
    case 'progress':
      return t('Progress');
    case 'decision':
      return t('Decision');
    case 'correction':
      return t('Correction');
    case 'error':
      return t('Error');
    case 'name':
      return t('Name');
    case 'number':
      return t('Number');
    case 'session_start':
      return t('Session start');
    case 'session_end':
      return t('Session end');
    case 'checklist':
      return t('Checklist');
    case 'plan':
      return t('Plan of tasks');
    case 'output':
      return t('Chain output');
    case 'document':
      return t('Document');
    default:
      return t('Note');
  }
}

function about({ task, session, at }: ShownMemory, l10n: L10n): readonly string[] {
  return [
    ...(task === null ? [] : [`#${task}`]),
    ...(session === null ? [] : [l10n.t('session {0}', session)]),
    at.slice(0, 10),
  ];
}

/** Empty for what holds. */
function standingWords({ current, holdsNow }: ShownMemory, { t }: L10n): string {
  if (holdsNow === null) return current ? '' : t('No longer holds');
  return `${t('Superseded')}. ${t('What holds now: {0}', holdsNow.title)}`;
}

function provenanceWords(provenance: string, l10n: L10n): string {
  switch (provenance) {
    case 'person':
      return l10n.t('by a person');
    case 'agent':
      return l10n.t('by an agent');
    case 'tool':
      return l10n.t('recorded by Baton');
    default:
      return l10n.t('of unknown origin');
  }
}

/** A `$(name)` of foreign text would be drawn as an icon. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200B(');
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
