/** The test's own reading of a packet: what somebody finds in it who was told nothing else. */

export interface PacketFacts {
  /** From the first line. */
  readonly session: number;
  /** From the heading to append under. */
  readonly entryUnder: number;
  /** Of the next feature: first line of what is quoted, without its mark; undefined when the packet names none. */
  readonly next: string | undefined;
  readonly nextSteps: readonly string[];
  readonly decisions: readonly string[];
  readonly lastCommit: string;
  /** Upstream task to the text of its output. */
  readonly inputs: ReadonlyMap<string, string>;
}

export function readPacket(text: string): PacketFacts {
  const sections = sectionsOf(text);
  const standing = sections.get('Where the work stands') ?? '';
  return {
    session: Number(/^# Startup packet: task #\S+, session (\d+)/.exec(text)?.[1]),
    entryUnder: Number(/^### Session (\d+) - /m.exec(sections.get('Before the session ends') ?? '')?.[1]),
    next: quoted(sections.get('Next feature') ?? '')[0],
    nextSteps: listed(standing, 'Next steps'),
    decisions: listed(standing, 'Decisions in force'),
    lastCommit: listed(standing, 'Last commit')[0] ?? '',
    inputs: inputsOf(sections.get('Chain inputs') ?? ''),
  };
}

/** Headings of Baton's own; a heading in quoted text stands behind a mark. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^## (.*)\n/m);
  const sections = new Map<string, string>();
  for (let index = 1; index < parts.length; index += 2)
    sections.set(parts[index] ?? '', parts[index + 1] ?? '');
  return sections;
}

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/^> ?(.*)$/gm)].map((match) => match[1] ?? '');
}

/** The points of the quoted list below a line such as "Next steps, from session 3:". */
function listed(section: string, label: string): readonly string[] {
  const block = new RegExp(`^${label}[^\\n]*:\\n\\n((?:>.*\\n?)+)`, 'm').exec(section)?.[1] ?? '';
  return quoted(block).map((line) => line.replace(/^- /, ''));
}

function inputsOf(section: string): ReadonlyMap<string, string> {
  const blocks = section.split(/^(?=From task #)/m).slice(1);
  return new Map(
    blocks.map((block) => [/^From task #(\S+)/.exec(block)?.[1] ?? '', quoted(block).join('\n')] as const),
  );
}
