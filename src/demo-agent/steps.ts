/** The 21 steps of the session protocol, as the demonstration agent announces them. Source: seeds/003, updated protocol. */

export interface Step {
  readonly number: number;
  readonly phase: string;
  readonly title: string;
}

const phases: readonly (readonly [string, readonly string[]])[] = [
  [
    'Orientation',
    ['Check the folder', 'Read the entire task file', 'Look at recent history', 'Look at the working state'],
  ],
  [
    'Understanding',
    [
      'Review the feature checklist',
      'Read what came before',
      'Read the source files',
      'Look for patterns to follow',
    ],
  ],
  ['Planning', ['Pick the next incomplete feature', 'Plan the approach', 'Name the files']],
  [
    'Implementation',
    ['Start the dev server if needed', 'Implement the feature', 'Write its tests', 'Commit the feature'],
  ],
  ['Verification', ['Run all tests', 'Look at the user interface', 'Update the feature checklist']],
  ['Hand-off', ['Append to the Progress Log', 'Finalize if the task is complete', 'Commit the task file']],
];

export const steps: readonly Step[] = phases
  .flatMap(([phase, titles]) => titles.map((title) => ({ phase, title })))
  .map((step, index) => ({ number: index + 1, ...step }));
