import type { Host } from '../host.js';
import { FINISH, LAUNCH, postProcessorStep, provisionerStep } from '../plan/keys/build-keys.js';
import type { Plan, PlannedBuild } from '../plan/plan.js';
import type { CommandArguments } from './command.js';
import type { GraphValues } from './flag-tables.js';
import { openSession } from './session.js';

/** `imgpack graph`: the builds of a template, their steps and what feeds what, as text for Graphviz or Mermaid. */
export async function run(values: CommandArguments<GraphValues>, host: Host): Promise<number> {
  const session = await openSession(
    {
      path: values.positionals[0] as string,
      values,
      warnUndeclared: false,
      evaluateDataSources: true,
      signal: new AbortController().signal,
      write: (text) => host.err(text),
      isOwnOutput: () => Promise.resolve(true),
    },
    host,
  );
  if (session.failed) return 1;
  const { plan, failed } = await session.plan();
  const graph = graphOf(plan);
  host.out(session.redactor.redact(values.format === 'mermaid' ? toMermaid(graph) : toDot(graph)));
  return failed ? 1 : 0;
}

export interface Graph {
  readonly clusters: readonly Cluster[];
  /** From one node to another, by id; `feeds` says that an artifact goes along. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly feeds?: boolean }[];
}

/** A build with its steps. */
export interface Cluster {
  readonly id: string;
  readonly label: string;
  readonly nodes: readonly { readonly id: string; readonly label: string }[];
}

/** A node for every step of every build; edges in the order in which steps run, and from builds to those they feed. */
export function graphOf({ builds }: Plan): Graph {
  const clusters: Cluster[] = [];
  const edges: { from: string; to: string; feeds?: boolean }[] = [];
  const ends = new Map<string, { readonly first: string; readonly finish: string }>();
  for (const [index, build] of builds.entries()) {
    const id = `b${index}`;
    const nodes: { id: string; label: string }[] = [];
    const add = (label: string, after?: string): string => {
      const node = `${id}_${nodes.length}`;
      nodes.push({ id: node, label });
      if (after !== undefined) edges.push({ from: after, to: node });
      return node;
    };
    const first = add(`${LAUNCH}: ${build.builder.type}`);
    let last = first;
    for (const [i, step] of build.provisioners.entries()) last = add(provisionerStep(i, step), last);
    const finish = add(FINISH, last);
    for (const chain of build.chains) {
      let before = finish;
      for (const step of chain) before = add(postProcessorStep(step), before);
    }
    clusters.push({ id, label: build.identity.name, nodes });
    ends.set(build.id, { first, finish });
  }
  for (const build of builds) edges.push(...feeding(build, ends));
  return { clusters, edges };
}

function feeding(
  build: PlannedBuild,
  ends: ReadonlyMap<string, { readonly first: string; readonly finish: string }>,
): Graph['edges'] {
  const to = ends.get(build.id)?.first;
  return build.dependsOn.flatMap((id) => {
    const from = ends.get(id)?.finish;
    return from === undefined || to === undefined ? [] : [{ from, to, feeds: true }];
  });
}

/** The graph in Graphviz's language. */
export function toDot({ clusters, edges }: Graph): string {
  const lines = ['digraph imgpack {', '  rankdir=LR;', '  node [shape=box];'];
  for (const { id, label, nodes } of clusters) {
    lines.push(`  subgraph cluster_${id} {`, `    label=${quoted(label)};`);
    for (const node of nodes) lines.push(`    ${node.id} [label=${quoted(node.label)}];`);
    lines.push('  }');
  }
  for (const { from, to, feeds } of edges) lines.push(`  ${from} -> ${to}${feeds ? ' [style=bold]' : ''};`);
  return `${lines.join('\n')}\n}\n`;
}

/** The graph in Mermaid's language. */
export function toMermaid({ clusters, edges }: Graph): string {
  const lines = ['flowchart LR'];
  for (const { id, label, nodes } of clusters) {
    lines.push(`  subgraph ${id}[${mermaidText(label)}]`);
    for (const node of nodes) lines.push(`    ${node.id}[${mermaidText(node.label)}]`);
    lines.push('  end');
  }
  for (const { from, to, feeds } of edges) lines.push(`  ${from} ${feeds ? '==>' : '-->'} ${to}`);
  return `${lines.join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Mermaid has no escapes but those of HTML. */
const mermaidText = (text: string): string =>
  `"${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
