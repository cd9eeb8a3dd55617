/** What is wrong with a state file as a whole: its title, its sections, its sessions, its size. */
import type { ProgressEntry } from '../model/task';
import { headingText, parseTitle } from './headings';
import { type Finding, finding } from './problems';
import type { Structure } from './structure';

/** Product.md section 3: from here on a file costs every session more than it is worth. */
export const sizeWarning = 50 * 1024;

export function documentFindings(structure: Structure, log: readonly ProgressEntry[]): readonly Finding[] {
  return [
    ...titleFindings(structure),
    ...sectionFindings(structure),
    ...sessionFindings(log),
    ...sizeFindings(structure),
  ];
}

function titleFindings(structure: Structure): readonly Finding[] {
  const { title, text } = structure;
  const start = { start: structure.bodyStart, end: structure.bodyStart };
  if (title === undefined) {
    if (structure.sections.size > 0) {
      return [
        finding(
          'title_missing',
          'warning',
          'The file has no title heading like "# Task #101: Name - State"',
          start,
        ),
      ];
    }
    return [
      finding(
        'not_a_state_file',
        'error',
        'The file has neither a task title nor a section of a state file',
        start,
      ),
    ];
  }
  const { invalidId } = parseTitle(headingText(text, title));
  if (invalidId === undefined) return [];
  const message = `"${invalidId.slice(0, 80)}" is not a task id: letters, digits, ".", "_" and "-", starting with a letter or digit`;
  return [finding('id_invalid', 'error', message, { start: title.start, end: title.end })];
}

function sectionFindings(structure: Structure): readonly Finding[] {
  return structure.duplicates.map((section) => {
    const name = headingText(structure.text, section.heading).slice(0, 80);
    const range = { start: section.heading.start, end: section.heading.end };
    return finding(
      'section_duplicate',
      'warning',
      `Section "${name}" stands twice; only the first is read`,
      range,
    );
  });
}

function sessionFindings(log: readonly ProgressEntry[]): readonly Finding[] {
  const seen = new Set<number>();
  return log.flatMap((entry) => {
    const repeated = seen.has(entry.session);
    seen.add(entry.session);
    const message = `Session ${entry.session} stands twice in the progress log`;
    return repeated ? [finding('session_duplicate', 'warning', message, entry.range)] : [];
  });
}

function sizeFindings(structure: Structure): readonly Finding[] {
  const size = structure.text.length;
  if (size <= sizeWarning) return [];
  const message = `The file has ${Math.round(size / 1024)} KB; every session reads all of it`;
  return [finding('size_warning', 'info', message, { start: 0, end: 0 })];
}
