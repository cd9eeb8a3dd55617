/** What a person reads when a model calls a tool: what goes on, and before anything is written, what exactly. Pure. */
import { type ToolName, toolNames } from '../contributions';
import type { L10n } from '../l10n';

export interface ToolWords {
  readonly invocation: string;
  /** Asked before a tool that writes; undefined for one that reads. */
  readonly confirmation: ToolQuestion | undefined;
}

export interface ToolQuestion {
  readonly title: string;
  /** What the model gave, a line each: a name and its value, which is foreign text. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** So much of a value is shown; who wants to read all of it has the chat's own view of the call. */
const shownLength = 400;

/** @param input as the model gave it, unchecked */
export function toolWords(name: ToolName, input: unknown, l10n: L10n): ToolWords {
  const given = fieldsOf(input);
  const task = taskOf(given);
  const asks = (title: string, invocation: string): ToolWords => ({
    invocation,
    confirmation: { title, facts: [...given].map(([field, value]) => [field, shown(value)]) },
  });
  switch (name) {
    case toolNames.taskShow:
      return {
        invocation:
          given.has('list') || !given.has('task') ? l10n.t('Listing tasks') : l10n.t('Reading {0}', task),
        confirmation: undefined,
      };
    case toolNames.memory:
      return { invocation: l10n.t('Searching memory'), confirmation: undefined };
    case toolNames.taskCreate:
      return asks(l10n.t('Create a task?'), l10n.t('Creating a task'));
    case toolNames.taskStatus:
      return asks(l10n.t('Change the status of {0}?', task), l10n.t('Changing the status of {0}', task));
    case toolNames.progressAdd:
      return asks(l10n.t('Add a progress entry to {0}?', task), l10n.t('Adding progress to {0}', task));
    case toolNames.featurePass:
      return asks(
        l10n.t('Mark a feature of {0} as passing?', task),
        l10n.t('Marking a feature of {0}', task),
      );
    case toolNames.noteAdd:
      return asks(l10n.t('Add a note?'), l10n.t('Adding a note'));
    case toolNames.finalize:
      return asks(l10n.t('Finalize {0}?', task), l10n.t('Finalizing {0}', task));
  }
}

function fieldsOf(input: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof input === 'object' && input !== null ? Object.entries(input) : []);
}

/** A call that names no task is refused later, in words for the model. */
function taskOf(given: ReadonlyMap<string, unknown>): string {
  const task = given.get('task');
  return typeof task === 'string' || typeof task === 'number'
    ? `#${cut(String(task).replace(/^#/, ''), 40)}`
    : '#…';
}

function shown(value: unknown): string {
  return cut(typeof value === 'string' ? value : JSON.stringify(value), shownLength);
}

function cut(text: string, length: number): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}
