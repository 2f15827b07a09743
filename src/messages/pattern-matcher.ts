const LETTERS = 128;

interface Node {
  readonly depth: number;
  /** Children by UTF-16 unit. */
  readonly next: Map<number, Node>;
  /** The longest proper suffix of this node's text that is itself a node. */
  suffix: Node | undefined;
  /** Whether the node's own text is a pattern. */
  whole: boolean;
  /** Length of the longest pattern that ends here, 0 for none; shorter ones lie within it. */
  ends: number;
  /** Length of the shortest pattern that goes through here. */
  shortest: number;
  /** Whether enough of a pattern has been read that the rest had better be awaited. */
  holds: boolean;
}

const makeNode = (depth: number): Node => ({
  depth,
  next: new Map(),
  suffix: undefined,
  whole: false,
  ends: 0,
  shortest: Infinity,
  holds: false,
});

/** A state between two characters. */
export interface MatchState {
  /** Length of the longest text read last that begins a pattern. */
  readonly depth: number;
  /** Length of the longest pattern that ends here; 0 for none. */
  readonly ends: number;
  readonly holds: boolean;
}

/** Finds many strings in one pass over a text, however it is cut (Aho and Corasick, 1975). */
export class PatternMatcher {
  private readonly root = makeNode(0);
  /** For the characters that lead nowhere, which are most. */
  private readonly begins = new Uint8Array(LETTERS);

  constructor(patterns: Iterable<string>) {
    for (const pattern of patterns) this.insert(pattern);
    this.link();
  }

  get start(): MatchState {
    return this.root;
  }

  /** The state after one more UTF-16 unit. */
  step(state: MatchState, unit: number): MatchState {
    if (state === this.root && unit < LETTERS && this.begins[unit] === 0) return state;
    for (let node: Node | undefined = state as Node; node; node = node.suffix) {
      const next = node.next.get(unit);
      if (next) return next;
    }
    return this.root;
  }

  /** Length of the longest pattern that ends here and is at most `limit` long; 0 for none. */
  endsWithin(state: MatchState, limit: number): number {
    for (let node: Node | undefined = state as Node; node; node = node.suffix) {
      if (node.whole && node.depth <= limit) return node.depth;
    }
    return 0;
  }

  private insert(pattern: string): void {
    let node = this.root;
    for (let i = 0; i < pattern.length; i++) {
      const unit = pattern.charCodeAt(i);
      let next = node.next.get(unit);
      if (!next) node.next.set(unit, (next = makeNode(i + 1)));
      next.shortest = Math.min(next.shortest, pattern.length);
      node = next;
    }
    node.whole = true;
    node.ends = pattern.length;
    const first = pattern.charCodeAt(0);
    if (first < LETTERS) this.begins[first] = 1;
  }

  private link(): void {
    let level: Node[] = [this.root];
    while (level.length > 0) {
      const below: Node[] = [];
      for (const node of level) {
        for (const [unit, child] of node.next) {
          child.suffix = node === this.root ? this.root : (this.step(node.suffix as Node, unit) as Node);
          child.ends = Math.max(child.ends, child.suffix.ends);
          child.holds = child.suffix.holds || worthHolding(child);
          below.push(child);
        }
      }
      level = below;
    }
  }
}

/** A line is held back for the half of a short secret or four characters of a long one, not for every first letter. */
const worthHolding = ({ depth, shortest, next }: Node): boolean =>
  next.size > 0 && shortest >= 4 && (depth >= 4 || depth * 2 >= shortest);
