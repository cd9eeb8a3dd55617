/**
 * The demonstration agent's own reading of a task file and packet. It is an outsider on purpose: like any agent it
 * knows the format from the text in front of it, and shares no code with Baton.
 */

export interface Feature {
  readonly id: string;
  readonly description: string;
  readonly passes: boolean;
}

export interface TaskFile {
  readonly title: string;
  readonly features: readonly Feature[];
  readonly criteria: readonly { readonly text: string; readonly done: boolean }[];
  /** Upstream tasks by their "From Task" headings. */
  readonly inputs: readonly string[];
  readonly sessions: number;
  /** Next steps of the last entry that has any. */
  readonly nextSteps: readonly string[];
}

/** What the session works on: a feature, else a criterion of a task without features. */
export interface WorkItem {
  readonly kind: 'feature' | 'criterion';
  readonly id: string;
  readonly description: string;
  /** One-based place among the criteria; 0 for features. */
  readonly number: number;
}

export interface PacketFacts {
  readonly session: number | undefined;
  /** Feature named under "Next feature", as `id: description`. */
  readonly next: string | undefined;
  /** Where the packet is, when a hook told it. */
  readonly packet?: string | undefined;
}

export function readTaskFile(text: string): TaskFile {
  const lines = text.split(/\r?\n/);
  return {
    title: /^#\s+(?:Task\s+#\S+:\s*)?(.*?)(?:\s+-\s+State)?\s*$/m.exec(text)?.[1] ?? '',
    features: readFeatures(text),
    criteria: readCriteria(section(lines, /acceptance criteria/i)),
    inputs: lines.flatMap((line) => /^###\s+From Task\s+#?(\S+?):?(?:\s|$)/i.exec(line)?.[1] ?? []),
    sessions: lines.filter((line) => /^#{2,4}\s+Session\s+\d+/i.test(line)).length,
    nextSteps: readNextSteps(section(lines, /progress log/i)),
  };
}

export function readPacket(text: string): PacketFacts {
  const session = /^### Session (\d+) - YYYY/m.exec(text)?.[1];
  const next = section(text.split('\n'), /^## Next feature$/).find((line) => line.startsWith('> '));
  return { session: session === undefined ? undefined : Number(session), next: next?.slice(2) };
}

/** The facts that a start hook tells, in whatever order it tells them. */
export function readContext(text: string): PacketFacts {
  const lines = text.split(/\r?\n/);
  const session = /\bsession (\d+)\b/i.exec(text)?.[1];
  return {
    session: session === undefined ? undefined : Number(session),
    next: nextInContext(lines),
    packet: /packet[^`\n]*`([^`\n]+\.md)`/i.exec(text)?.[1],
  };
}

/** On the line that speaks of the next feature, after its colon; else quoted below it. */
function nextInContext(lines: readonly string[]): string | undefined {
  const at = lines.findIndex((line) => !line.startsWith('>') && /\bnext (feature|criterion)\b/i.test(line));
  if (at < 0) return undefined;
  const same = /\bnext (?:feature|criterion)\b[^:]*:\s*(\S.*)$/i.exec(lines[at] ?? '')?.[1];
  if (same !== undefined) return same.trim();
  const rest = lines.slice(at + 1).filter((line) => line.trim() !== '');
  const first = rest.find((line) => !line.startsWith('>') || line.startsWith('> '));
  return first?.startsWith('> ') ? first.slice(2) : undefined;
}

/** Everything there is to work on, in file order: the features, or the criteria of a task without features. */
export function allItems(
  task: Pick<TaskFile, 'features' | 'criteria'>,
): readonly (WorkItem & { done: boolean })[] {
  if (task.features.length > 0) {
    return task.features.map(({ id, description, passes }) => ({
      kind: 'feature',
      id,
      description,
      number: 0,
      done: passes,
    }));
  }
  return task.criteria.map(({ text, done }, index) => ({
    kind: 'criterion',
    id: `criterion-${index + 1}`,
    description: text,
    number: index + 1,
    done,
  }));
}

/**
 * The packet's choice while the task file agrees that it is open; else the first open one.
 *
 * @param trusting takes the packet's word, open or not; where it names no feature of a checklist, nothing is left
 */
export function nextItem(
  task: TaskFile,
  packet: PacketFacts | undefined,
  trusting = false,
): WorkItem | undefined {
  const items = allItems(task);
  const says = packet !== undefined && (packet.next !== undefined || task.features.length > 0);
  if (trusting && says) return named(items, packet.next);
  const open = items.filter((item) => !item.done);
  return named(open, packet?.next) ?? open[0];
}

function named<Item extends WorkItem>(items: readonly Item[], next: string | undefined): Item | undefined {
  if (next === undefined) return undefined;
  const line = (item: Item) =>
    (item.kind === 'feature' ? `${item.id}: ${item.description}` : item.description)
      .replace(/\s+/g, ' ')
      .trim();
  return items.find((item) => line(item) === next) ?? items.find((item) => next.startsWith(`${item.id}: `));
}

function readFeatures(text: string): readonly Feature[] {
  for (const [, json = ''] of text.matchAll(/^```json[ \t]*\r?\n([\s\S]*?)^```/gm)) {
    const features = featuresOf(json);
    if (features) return features;
  }
  return [];
}

function featuresOf(json: string): readonly Feature[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isRecord(value) || !Array.isArray(value['features'])) return undefined;
  return value['features'].filter(isRecord).flatMap((one) => {
    const { id, description, passes } = one;
    if (typeof id !== 'string') return [];
    return [{ id, description: typeof description === 'string' ? description : id, passes: passes === true }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCriteria(lines: readonly string[]): TaskFile['criteria'] {
  return lines.flatMap((line) => {
    const match = /^\s*[-*+]\s+\[([ xX])\]\s+(.*\S)/.exec(line);
    return match ? [{ text: match[2] ?? '', done: match[1] !== ' ' }] : [];
  });
}

function readNextSteps(log: readonly string[]): readonly string[] {
  let steps: string[] = [];
  let inside = false;
  for (const line of log) {
    if (/^\s*\*\*Next steps:?\*\*/i.test(line)) {
      inside = true;
      steps = [];
    } else if (/^\s*(\*\*|#)/.test(line)) inside = false;
    else if (inside && /^\s*[-*+]\s/.test(line)) steps.push(line.replace(/^\s*[-*+]\s+/, ''));
  }
  return steps;
}

/** Lines below the first heading that matches, up to the next heading of its level or higher. */
function section(lines: readonly string[], title: RegExp): readonly string[] {
  const start = lines.findIndex((line) => /^#{1,6}\s/.test(line) && title.test(line));
  if (start < 0) return [];
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^(#+)\s/.exec(line)?.[1]?.length ?? 7) <= level);
  return end < 0 ? rest : rest.slice(0, end);
}
