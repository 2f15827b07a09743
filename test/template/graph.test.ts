import { describe, expect, test } from 'vitest';
import { findCycles, runInOrder, type GraphNode } from '../../src/template/graph.js';

const graph = (edges: Readonly<Record<string, readonly string[]>>): Map<string, GraphNode> =>
  new Map(Object.entries(edges).map(([key, needs]) => [key, { key, needs }]));

describe('circles', () => {
  test('are told once each, with the way round', () => {
    expect(findCycles(graph({ a: ['b'], b: ['c'], c: ['a'], d: ['a'], e: ['e'] }))).toEqual([
      ['a', 'b', 'c', 'a'],
      ['e', 'e'],
    ]);
  });

  test('are not seen where two ways meet again', () => {
    expect(findCycles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  test('are looked for in a chain of 50,000 without running out of stack', () => {
    const edges = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`n${i}`, [`n${i + 1}`]]));
    expect(findCycles(graph({ ...edges, n50000: [] }))).toEqual([]);
  });
});

describe('a run', () => {
  test('visits every node after what it needs', async () => {
    const seen: string[] = [];
    await runInOrder(graph({ c: ['b', 'a'], b: ['a'], a: [], d: ['elsewhere'] }), ({ key }) => void seen.push(key));
    expect(seen.indexOf('a')).toBeLessThan(seen.indexOf('b'));
    expect(seen.indexOf('b')).toBeLessThan(seen.indexOf('c'));
    expect([...seen].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('starts independent nodes without waiting for each other', async () => {
    const started: string[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await runInOrder(graph({ a: [], b: [] }), async ({ key }) => {
      started.push(key);
      if (started.length === 2) release();
      await gate;
    });
    expect(started).toEqual(['a', 'b']);
  });

  test('ends with the failure of a node', async () => {
    const run = runInOrder(graph({ a: [] }), () => Promise.reject(new Error('no')));
    await expect(run).rejects.toThrow('no');
  });
});
