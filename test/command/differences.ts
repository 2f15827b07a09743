interface Fact {
  readonly id: string;
  readonly area: string;
  readonly files: Record<string, unknown>;
  readonly args: readonly string[];
}

const verbs = new Set(['build', 'validate', 'inspect', 'fmt']);

/** Cases of verbs and languages that are not part of this version; the README names them. */
export function notCovered(fact: Fact): boolean {
  if (fact.area === 'legacy JSON' || fact.area === 'legacy-json') return true;
  return !verbs.has(fact.args[0] as string) && fact.area !== 'flags';
}

/** Cases in which imgpack means to differ, with the reason; docs/differences.md tells users. */
export const knownDifferences = new Map<string, string>([
  ['precedence/flags-after-path', 'flags are taken behind the template, too'],
  ['c166ae27cf30', 'a secret is masked as base64, too'],
  ['locals/duplicate-forms', 'the second definition is the one that is reported, whichever form it has'],
]);
