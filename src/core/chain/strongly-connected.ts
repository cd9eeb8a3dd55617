/** Tarjan's strongly connected components with its own stack: chains of any length, circles of any size. */

interface Frame {
  readonly node: number;
  /** Position in the successors of `node` from which to go on. */
  next: number;
}

/**
 * @param successors for every node 0 … n-1 the nodes it points to
 * @returns every component with its nodes; a component comes before those that point to it
 */
export function stronglyConnected(successors: readonly (readonly number[])[]): number[][] {
  const components: number[][] = [];
  const index = new Int32Array(successors.length).fill(-1);
  const low = new Int32Array(successors.length);
  const onStack = new Uint8Array(successors.length);
  const stack: number[] = [];
  const path: Frame[] = [];
  let counter = 0;

  const enter = (node: number): void => {
    index[node] = counter;
    low[node] = counter;
    counter++;
    stack.push(node);
    onStack[node] = 1;
    path.push({ node, next: 0 });
  };
  const lower = (node: number, candidate: number): void => {
    low[node] = Math.min(at(low, node), candidate);
  };

  for (let start = 0; start < successors.length; start++) {
    if (at(index, start) !== -1) continue;
    enter(start);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node } = frame;
      const target = successors[node]?.[frame.next++];
      if (target === undefined) {
        path.pop();
        const caller = path.at(-1);
        if (caller !== undefined) lower(caller.node, at(low, node));
        if (at(low, node) === at(index, node)) components.push(takeComponent(stack, onStack, node));
      } else if (at(index, target) === -1) {
        enter(target);
      } else if (onStack[target] === 1) {
        lower(node, at(index, target));
      }
    }
  }
  return components;
}

function takeComponent(stack: number[], onStack: Uint8Array, root: number): number[] {
  const component = stack.splice(stack.lastIndexOf(root));
  for (const node of component) onStack[node] = 0;
  return component;
}

function at(array: Int32Array, position: number): number {
  const value = array[position];
  if (value === undefined) throw new RangeError(`No node ${position}`);
  return value;
}
