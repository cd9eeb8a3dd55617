import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stronglyConnected } from '../../../../src/core/chain/strongly-connected';

suite('strongly connected components', () => {
  test('a component comes before those that point to it', () => {
    assert.deepEqual(stronglyConnected([[1], [2], [1]]).map(sorted), [[1, 2], [0]]);
  });

  test('every node is in exactly one component, and edges between components only point back in the list', () => {
    const edges = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(edges, (successors) => {
        const components = stronglyConnected(successors);
        assert.deepEqual(sorted(components.flat()), [...successors.keys()]);
        const place = new Map(components.flatMap((nodes, at) => nodes.map((node) => [node, at] as const)));
        successors.forEach((targets, from) => {
          for (const to of targets) assert.ok((place.get(to) ?? 0) <= (place.get(from) ?? 0));
        });
      }),
    );
  });
});

function sorted(nodes: readonly number[]): readonly number[] {
  return [...nodes].sort((a, b) => a - b);
}
