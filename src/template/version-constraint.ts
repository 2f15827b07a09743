/** A version as `~>` and the comparisons see it: `given` counts the segments that were written. */
interface Version {
  readonly segments: readonly [number, number, number];
  readonly given: number;
  readonly prerelease: string;
}

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~>';

/** One term of a constraint: `>= 1.7`. */
export interface VersionTerm {
  readonly operator: Operator;
  readonly version: Version;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const TERM = /^\s*(=|!=|>=|<=|~>|>|<|)\s*(\S+)\s*$/;

/** Parses `1.2.3`, `v1.2`, `1.2.0-rc1`; missing segments are 0. Undefined where it is not a version. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text.trim());
  if (!match) return undefined;
  const segments = (match[1] as string).split('.').map(Number);
  return {
    segments: [segments[0] ?? 0, segments[1] ?? 0, segments[2] ?? 0],
    given: segments.length,
    prerelease: match[2] ?? '',
  };
}

/** Parses comma-separated terms that must all hold. Undefined where one of them is not valid. */
export function parseConstraint(text: string): readonly VersionTerm[] | undefined {
  const terms: VersionTerm[] = [];
  for (const part of text.split(',')) {
    const match = TERM.exec(part);
    const version = match && parseVersion(match[2] as string);
    if (!version) return undefined;
    terms.push({ operator: (match[1] as Operator | '') || '=', version });
  }
  return terms;
}

/** Whether `version` satisfies every term. A pre-release satisfies only terms that name one of the same numbers. */
export function satisfies(version: string, terms: readonly VersionTerm[]): boolean {
  const subject = parseVersion(version);
  return subject !== undefined && terms.every((term) => termHolds(subject, term));
}

function termHolds(subject: Version, { operator, version }: VersionTerm): boolean {
  const order = compare(subject, version);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0 && prereleaseFits(subject, version);
    case '<':
      return order < 0 && prereleaseFits(subject, version);
    case '>=':
      return order >= 0 && prereleaseFits(subject, version);
    case '<=':
      return order <= 0 && prereleaseFits(subject, version);
    case '~>':
      return order >= 0 && prereleaseFits(subject, version) && sameUpToLast(subject, version);
  }
}

/** `~> 1.2.3` fixes all but the last written segment; `~> 1` has no upper bound. */
function sameUpToLast(subject: Version, version: Version): boolean {
  const fixed = Math.min(version.given, 3) - 1;
  return subject.segments.slice(0, fixed).every((segment, i) => segment === version.segments[i]);
}

function prereleaseFits(subject: Version, version: Version): boolean {
  if (subject.prerelease === '') return true;
  return version.prerelease !== '' && subject.segments.every((segment, i) => segment === version.segments[i]);
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a.segments[i] as number) - (b.segments[i] as number);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i];
    const y = right[i];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x === y) continue;
    const numeric = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (numeric[0] && numeric[1]) return Number(x) - Number(y);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}
