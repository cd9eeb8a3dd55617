import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChainGraph, type ChainNode } from '../../../../src/core/chain/graph';
import type { TaskId } from '../../../../src/core/model/task';
import { graphs, id, node } from './graph-arbitrary';
import { NaiveGraph } from './naive-graph';

suite('chain graph: what it says of the seed chain', () => {
  const done = { status: 'completed', output: { hash: 'h100' } };
  const graph = new ChainGraph([
    node(102, [100, 101]),
    node(101, [100], { inputs: [{ from: id(100), hash: 'h100' }] }),
    node(100, [], done),
  ]);

  test('an output feeds every direct dependent', () => {
    assert.deepEqual(graph.downstream(id(100)), ['101', '102']);
    assert.deepEqual(graph.downstream(id(101)), ['102']);
  });

  test('a task is ready once everything upstream is completed, and waits until then', () => {
    assert.equal(graph.isReady(id(101)), true);
    assert.equal(graph.isReady(id(102)), false);
    assert.deepEqual(graph.unmet(id(102)), ['101']);
    assert.equal(graph.isReady(id(100)), false, 'completed is not ready');
  });

  test('an input is stale when its block is missing or not made from the present output', () => {
    assert.deepEqual(graph.staleInputs(id(101)), []);
    assert.deepEqual(graph.staleInputs(id(102)), [{ from: '100', reason: 'missing' }]);
    const changed = new ChainGraph([
      node(100, [], done),
      node(1, [100], { inputs: [{ from: id(100), hash: 'older' }] }),
      node(2, [100], { inputs: [{ from: id(100), hash: undefined }] }),
    ]);
    assert.deepEqual(changed.staleInputs(id(1)), [{ from: '100', reason: 'changed' }]);
    assert.deepEqual(changed.staleInputs(id(2)), [{ from: '100', reason: 'changed' }]);
  });

  test('an input of an upstream task that is not completed, or has no output, is not stale yet', () => {
    const early = new ChainGraph([
      node(1, [], { status: 'in_progress', output: { hash: 'half' } }),
      node(2, [], { status: 'completed' }),
      node(3, [1, 2, 9]),
    ]);
    assert.deepEqual(early.staleInputs(id(3)), []);
  });

  test('one chain, upstream first, named after its root', () => {
    assert.deepEqual(graph.chains(), [{ id: '100', tasks: ['100', '101', '102'] }]);
  });

  test('ancestors and descendants are everything upstream and downstream, in order', () => {
    assert.deepEqual(graph.ancestors(id(102)), ['100', '101']);
    assert.deepEqual(graph.descendants(id(100)), ['101', '102']);
  });
});

suite('chain graph: odd declarations', () => {
  test('repeats and the task itself are left out of upstream; a missing task stays in', () => {
    const graph = new ChainGraph([node(1, [2, 2, 1, 9]), node(2)]);
    assert.deepEqual(graph.upstream(id(1)), ['2', '9']);
    assert.deepEqual(graph.dangling(id(1)), ['9']);
    assert.deepEqual(graph.unmet(id(1)), ['2', '9']);
  });

  test('a task that depends on itself is a circle and never ready', () => {
    const graph = new ChainGraph([node(1, [1])]);
    assert.deepEqual(graph.cycles(), [['1']]);
    assert.equal(graph.isReady(id(1)), false);
    assert.deepEqual(graph.chains(), [{ id: '1', tasks: ['1'] }]);
  });

  test('a circle is reported once, and what waits for it is not in it', () => {
    const graph = new ChainGraph([node(3, [2]), node(2, [1]), node(1, [3]), node(4, [1])]);
    assert.deepEqual(graph.cycles(), [['1', '2', '3']]);
    assert.equal(graph.isCyclic(id(4)), false);
    assert.deepEqual(graph.order(), ['4', '1', '2', '3']);
  });

  test('wouldCycle shows the circle in the direction work flows, by the shortest way', () => {
    const graph = new ChainGraph([node(1), node(2, [1]), node(3, [2]), node(4, [3, 1])]);
    assert.deepEqual(graph.wouldCycle(id(1), id(4)), ['1', '4']);
    assert.deepEqual(graph.wouldCycle(id(2), id(4)), ['2', '3', '4']);
    assert.deepEqual(graph.wouldCycle(id(2), id(2)), ['2']);
    assert.equal(graph.wouldCycle(id(4), id(1)), undefined);
    assert.equal(graph.wouldCycle(id(1), id(99)), undefined);
  });

  test('a missing task joins no chains', () => {
    const graph = new ChainGraph([node(10, [99]), node(2, [99])]);
    assert.deepEqual(
      graph.chains().map((chain) => chain.id),
      ['2', '10'],
    );
  });

  test('of two tasks with one id the first counts', () => {
    const graph = new ChainGraph([node(1, [], { status: 'completed' }), node(1), node(2, [1])]);
    assert.equal(graph.isReady(id(2)), true);
    assert.deepEqual(graph.order(), ['1', '2']);
  });

  test('of a task it does not know, it says nothing', () => {
    const graph = new ChainGraph([]);
    const nobody = id('nobody');
    assert.equal(graph.has(nobody), false);
    assert.equal(graph.isReady(nobody), false);
    assert.deepEqual(
      [graph.upstream(nobody), graph.downstream(nobody), graph.ancestors(nobody), graph.staleInputs(nobody)],
      [[], [], [], []],
    );
  });

  test('ids are ordered as people count', () => {
    const graph = new ChainGraph(['10', '9', 'b-2', 'b-10', '1', 'B-2', '01'].map((name) => node(name)));
    assert.deepEqual(graph.order(), ['01', '1', '9', '10', 'b-2', 'B-2', 'b-10']);
  });
});

suite('chain graph: laws against brute force', () => {
  const law = (holds: (graph: ChainGraph, naive: NaiveGraph, nodes: readonly ChainNode[]) => void) =>
    fc.assert(
      fc.property(graphs, (nodes) => holds(new ChainGraph(nodes), new NaiveGraph(nodes), nodes)),
      {
        numRuns: 500,
      },
    );

  test('direct and far neighbours are those that brute force finds', () => {
    law((graph, naive) => {
      for (const a of naive.ids) {
        const others = naive.ids.filter((b) => b !== a);
        assert.deepEqual(
          sorted(graph.downstream(a)),
          others.filter((b) => naive.feeds(a, b)),
        );
        assert.deepEqual(
          sorted(graph.descendants(a)),
          others.filter((b) => naive.reaches(a, b)),
        );
        assert.deepEqual(
          sorted(graph.ancestors(a)),
          others.filter((b) => naive.reaches(b, a)),
        );
      }
    });
  });

  test('what is around a task is what the single questions answer', () => {
    law((graph, naive) => {
      for (const a of [...naive.ids, id('nobody')]) {
        assert.deepEqual(graph.around(a), {
          downstream: graph.downstream(a),
          unmet: graph.unmet(a),
          isCyclic: graph.isCyclic(a),
          isReady: graph.isReady(a),
          dangling: graph.dangling(a).length,
          staleInputs: graph.staleInputs(a).length,
        });
      }
    });
  });

  test('two tasks are in one circle exactly when each reaches the other', () => {
    law((graph, naive) => {
      const circles = graph.cycles();
      assert.equal(new Set(circles.flat()).size, circles.flat().length, 'no task in two circles');
      for (const a of naive.ids) {
        const circle = circles.find((members) => members.includes(a)) ?? [];
        assert.deepEqual(
          circle,
          naive.ids.filter((b) => naive.sameCircle(a, b)),
        );
        assert.equal(graph.isCyclic(a), naive.cyclic(a));
      }
    });
  });

  test('the order is by layer and id, with tasks in circles last', () => {
    law((graph, naive) => {
      const key = (task: TaskId) => (naive.cyclic(task) ? Number.POSITIVE_INFINITY : naive.depth(task));
      const expected = [...naive.ids].sort((a, b) =>
        key(a) === key(b) ? Number(a) - Number(b) : key(a) - key(b),
      );
      assert.deepEqual(graph.order(), expected);
    });
  });

  test('an edge closes a circle exactly when there is a way back, and the way is real', () => {
    law((graph, naive) => {
      for (const a of naive.ids) {
        for (const b of naive.ids) {
          const circle = graph.wouldCycle(a, b);
          assert.equal(circle !== undefined, a === b || naive.reaches(a, b));
          if (circle === undefined) continue;
          assert.deepEqual([circle[0], circle.at(-1)], [a, b]);
          circle.slice(1).forEach((next, index) => {
            assert.ok(naive.feeds(circle[index] as TaskId, next));
          });
        }
      }
    });
  });

  test('chains part the tasks, keep neighbours together, and are in order inside', () => {
    law((graph, naive) => {
      const chains = graph.chains();
      assert.deepEqual(sorted(chains.flatMap((chain) => chain.tasks)), naive.ids);
      const chainOf = new Map(chains.flatMap((chain) => chain.tasks.map((task) => [task, chain.id])));
      for (const a of naive.ids) {
        for (const b of graph.downstream(a)) assert.equal(chainOf.get(a), chainOf.get(b));
      }
      const place = new Map(graph.order().map((task, index) => [task, index]));
      for (const { id: name, tasks } of chains) {
        assert.ok(tasks.includes(name));
        assert.deepEqual(
          tasks,
          [...tasks].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)),
        );
      }
    });
  });

  test('ready is pending with nothing unmet and no circle', () => {
    law((graph, naive, nodes) => {
      const completed = new Set(nodes.filter(({ status }) => status === 'completed').map((one) => one.id));
      for (const { id: name, status, dependsOn } of nodes) {
        const unmet = dependsOn.filter((other) => other !== name && !completed.has(other));
        assert.deepEqual(new Set(graph.unmet(name)), new Set(unmet));
        assert.equal(graph.isReady(name), status === 'pending' && unmet.length === 0 && !naive.cyclic(name));
      }
    });
  });

  test('the answers do not depend on the order in which tasks are found', () => {
    fc.assert(
      fc.property(
        graphs.chain((nodes) =>
          fc.tuple(fc.constant(nodes), fc.shuffledSubarray([...nodes], { minLength: nodes.length })),
        ),
        ([nodes, shuffled]) => {
          const [a, b] = [new ChainGraph(nodes), new ChainGraph(shuffled)];
          assert.deepEqual(a.order(), b.order());
          assert.deepEqual(a.cycles(), b.cycles());
          assert.deepEqual(a.chains(), b.chains());
        },
      ),
    );
  });
});

suite('chain graph: size', () => {
  const size = 10_000;
  const range = Array.from({ length: size }, (_, index) => index + 1);

  test('a chain of ten thousand tasks is ordered, walked and parted', () => {
    const graph = new ChainGraph(range.map((n) => node(n, n === 1 ? [] : [n - 1])));
    assert.deepEqual(graph.order(), range.map(String));
    assert.deepEqual(graph.cycles(), []);
    assert.equal(graph.descendants(id(1)).length, size - 1);
    assert.equal(graph.chains().length, 1);
    assert.equal(graph.wouldCycle(id(1), id(size))?.length, size);
  });

  test('a circle of ten thousand tasks is one circle', () => {
    const graph = new ChainGraph(range.map((n) => node(n, [n === 1 ? size : n - 1])));
    assert.equal(graph.cycles().length, 1);
    assert.equal(graph.cycles()[0]?.length, size);
    assert.equal(graph.chains()[0]?.id, '1');
  });

  test('one task that feeds ten thousand is no burden', () => {
    const graph = new ChainGraph([node('root'), ...range.map((n) => node(n, ['root']))]);
    assert.equal(graph.downstream(id('root')).length, size);
    assert.equal(graph.order()[0], 'root');
    assert.equal(graph.chains().length, 1);
  });
});

function sorted(ids: readonly TaskId[]): readonly TaskId[] {
  return [...ids].sort((a, b) => Number(a) - Number(b));
}
