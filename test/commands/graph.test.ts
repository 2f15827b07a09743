import { describe, expect, it } from 'vitest';
import { graphOf, toDot, toMermaid } from '../../src/commands/graph.js';
import { fakeArtifact, fakeBuild, fakePostProcessor, fakeProvisioner } from '../support/fake-plan.js';

const plan = {
  builds: [
    fakeBuild({ name: 'base' }),
    fakeBuild({
      name: 'web "1"',
      dependsOn: ['base'],
      provisioners: [fakeProvisioner(() => undefined), fakeProvisioner(() => undefined, { name: 'set up' })],
      chains: [
        [fakePostProcessor('pack', () => ({ artifact: fakeArtifact('x'), keep: true }))],
        [fakePostProcessor('note', () => ({ artifact: fakeArtifact('y'), keep: true }))],
      ],
    }),
  ],
};

describe('a graph of builds', () => {
  it('is drawn by Graphviz', () => {
    expect(toDot(graphOf(plan))).toBe(`digraph imgpack {
  rankdir=LR;
  node [shape=box];
  subgraph cluster_b0 {
    label="base";
    b0_0 [label="launch: fake"];
    b0_1 [label="finish"];
  }
  subgraph cluster_b1 {
    label="web \\"1\\"";
    b1_0 [label="launch: fake"];
    b1_1 [label="provisioner 1: fake"];
    b1_2 [label="provisioner 2: set up"];
    b1_3 [label="finish"];
    b1_4 [label="post-processor: pack"];
    b1_5 [label="post-processor: note"];
  }
  b0_0 -> b0_1;
  b1_0 -> b1_1;
  b1_1 -> b1_2;
  b1_2 -> b1_3;
  b1_3 -> b1_4;
  b1_3 -> b1_5;
  b0_1 -> b1_0 [style=bold];
}
`);
  });

  it('is drawn by Mermaid', () => {
    expect(toMermaid(graphOf({ builds: plan.builds.slice(0, 1) }))).toBe(`flowchart LR
  subgraph b0["base"]
    b0_0["launch: fake"]
    b0_1["finish"]
  end
  b0_0 --> b0_1
`);
    expect(toMermaid(graphOf(plan))).toContain('  subgraph b1["web &quot;1&quot;"]\n');
    expect(toMermaid(graphOf(plan))).toContain('  b0_1 ==> b1_0\n');
  });
});
