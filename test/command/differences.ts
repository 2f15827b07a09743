interface Fact {
  readonly id: string;
  readonly area: string;
  readonly files: Record<string, unknown>;
  readonly args: readonly string[];
}

const verbs = new Set(['build', 'validate', 'inspect', 'fmt', 'fix', 'hcl2_upgrade']);

/** Cases of verbs and languages that are not part of this version; the README names them. */
export function notCovered(fact: Fact): boolean {
  return !verbs.has(fact.args[0] as string) && fact.area !== 'flags';
}

/** Cases in which imgpack means to differ, with the reason; docs/differences.md tells users. */
export const knownDifferences = new Map<string, string>([
  ['precedence/other-func-in-default', 'all functions may stand in the default of a variable'],
  ['precedence/variables-with-function', 'all functions may stand in the default of a variable'],
  ['1592dd5d96b9', 'all functions may stand in the default of a variable'],
  ['fec007a25d29', 'the note below a listing of a JSON template is in words of our own'],
  ['5b1949c8d260', 'the note below a listing of a JSON template is in words of our own'],
  ['legacy-json/inspect', 'the note below a listing of a JSON template is in words of our own'],
  ['precedence/flags-after-path', 'flags are taken behind the template, too'],
  ['c166ae27cf30', 'a secret is masked as base64, too'],
  ['6b1e96ad8687', 'two builds of one name run in parallel; their lines come in any order'],
]);
