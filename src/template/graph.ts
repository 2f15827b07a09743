/** Something that is evaluated once, after what it needs. */
export interface GraphNode {
  readonly key: string;
  readonly needs: readonly string[];
}

/**
 * Finds circles among nodes.
 * @returns each circle once, as the keys along it with the first repeated at the end
 */
export function findCycles(nodes: ReadonlyMap<string, GraphNode>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  for (const start of nodes.keys()) {
    if (finished.has(start)) continue;
    const path: { key: string; next: number }[] = [{ key: start, next: 0 }];
    const onPath = new Set([start]);
    while (path.length > 0) {
      const top = path.at(-1) as { key: string; next: number };
      const need = nodes.get(top.key)?.needs[top.next++];
      if (need === undefined) {
        path.pop();
        onPath.delete(top.key);
        finished.add(top.key);
      } else if (onPath.has(need)) {
        const from = path.findIndex(({ key }) => key === need);
        cycles.push([...path.slice(from).map(({ key }) => key), need]);
      } else if (!finished.has(need) && nodes.has(need)) {
        path.push({ key: need, next: 0 });
        onPath.add(need);
      }
    }
  }
  return cycles;
}

/**
 * Runs every node after the nodes that it needs, independent ones at the same time.
 * Precondition: no circle; needs that are no nodes are ignored.
 */
export async function runInOrder<N extends GraphNode>(
  nodes: ReadonlyMap<string, N>,
  run: (node: N) => void | Promise<void>,
): Promise<void> {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [key, node] of nodes) {
    const needs = new Set(node.needs.filter((need) => nodes.has(need)));
    waiting.set(key, needs.size);
    for (const need of needs) dependents.set(need, [...(dependents.get(need) ?? []), key]);
  }
  const start = (keys: readonly string[]): Promise<void> =>
    Promise.all(
      keys.map(async (key) => {
        await run(nodes.get(key) as N);
        const ready = (dependents.get(key) ?? []).filter((dependent) => {
          const left = (waiting.get(dependent) as number) - 1;
          waiting.set(dependent, left);
          return left === 0;
        });
        await start(ready);
      }),
    ).then(() => undefined);
  await start([...nodes.keys()].filter((key) => waiting.get(key) === 0));
}
