/** Random graphs of tasks: circles, self loops, repeats and missing tasks included. */
import fc from 'fast-check';
import type { ChainNode } from '../../../../src/core/chain/graph';
import { statuses } from '../../../../src/core/model/status';
import type { TaskId } from '../../../../src/core/model/task';

export function id(value: number | string): TaskId {
  return String(value) as TaskId;
}

export function node(
  name: number | string,
  dependsOn: readonly (number | string)[] = [],
  more = {},
): ChainNode {
  return {
    id: id(name),
    status: 'pending',
    dependsOn: dependsOn.map(id),
    inputs: [],
    output: undefined,
    ...more,
  };
}

const hash = fc.constantFrom('a', 'b');

/** Up to nine tasks 1 … n whose dependencies are drawn from 1 … n+1, so that the last one is missing. */
export const graphs: fc.Arbitrary<readonly ChainNode[]> = fc.integer({ min: 0, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, index) =>
      fc.record({
        id: fc.constant(id(index + 1)),
        status: fc.constantFrom(...statuses),
        dependsOn: fc.array(fc.integer({ min: 1, max: size + 1 }).map(id), { maxLength: 3 }),
        inputs: fc.array(
          fc.record({
            from: fc.integer({ min: 1, max: size + 1 }).map(id),
            hash: fc.option(hash, { nil: undefined }),
          }),
          { maxLength: 2 },
        ),
        output: fc.option(fc.record({ hash }), { nil: undefined }),
      }),
    ),
  ),
);
