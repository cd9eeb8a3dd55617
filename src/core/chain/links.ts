/** Who feeds whom, by position: made for the tasks that have an edge, shared by all that have none. */
import type { TaskId } from '../model/task';

/** What the graph knows of one task; `upstream` and `downstream` hold positions of existing tasks only. */
export interface Links {
  readonly declared: readonly TaskId[];
  readonly upstream: readonly number[];
  readonly downstream: readonly number[];
  readonly selfLoop: boolean;
}

interface Depending {
  readonly id: TaskId;
  readonly dependsOn: readonly TaskId[];
}

/** One entry a node, in the same order. */
export function linked(
  nodes: readonly Depending[],
  positions: ReadonlyMap<TaskId, number>,
): readonly Links[] {
  const feeds = new Map<number, number[]>();
  const links = nodes.map((node, position) => {
    if (node.dependsOn.length === 0) return unlinked;
    const own = linksOf(node, positions);
    for (const source of own.upstream) {
      const fed = feeds.get(source);
      if (fed) fed.push(position);
      else feeds.set(source, [position]);
    }
    return own;
  });
  for (const [source, downstream] of feeds) {
    const { declared, upstream, selfLoop } = links[source] ?? unlinked;
    links[source] = { declared, upstream, downstream, selfLoop };
  }
  return links;
}

function linksOf(node: Depending, positions: ReadonlyMap<TaskId, number>): Links {
  const [first] = node.dependsOn;
  // What most tasks have that have any.
  if (node.dependsOn.length === 1 && first !== undefined && first !== node.id) {
    const position = positions.get(first);
    const upstream = position === undefined ? none : [position];
    return { declared: node.dependsOn, upstream, downstream: none, selfLoop: false };
  }
  const all = new Set(node.dependsOn);
  const selfLoop = all.delete(node.id);
  const declared = [...all];
  const upstream = declared.flatMap((id) => positions.get(id) ?? []);
  return { declared, upstream, downstream: none, selfLoop };
}

const none: readonly never[] = [];
/** Shared by all tasks that stand alone. */
const unlinked: Links = { declared: none, upstream: none, downstream: none, selfLoop: false };
