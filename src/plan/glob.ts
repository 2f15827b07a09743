/** A pattern of `-only` and `-except`: matches a whole name. */
export type Glob = (name: string) => boolean;

/**
 * Compiles a pattern: `*` and `**` any run (dots included), `?` one character, `[abc]`, `[a-z]`, `[!a]`, `{a,b}`, and `\`
 * before a character that stands for itself. A `{` that is left open ends with the pattern, as Packer has it.
 * @returns undefined where the pattern is not valid: a `[` that is open or empty, or a range that runs backwards
 */
export function compileGlob(pattern: string): Glob | undefined {
  const characters = [...pattern];
  let source = '';
  let depth = 0;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\') {
      const next = characters[++i];
      if (next !== undefined) source += literal(next);
    } else if (character === '[') {
      const end = characters.indexOf(']', i + 1);
      const set = end < 0 ? undefined : characterSet(characters.slice(i + 1, end));
      if (set === undefined) return undefined;
      source += set;
      i = end;
    } else if (character === '{') {
      source += '(?:';
      depth++;
    } else if (character === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (character === ',' && depth > 0) source += '|';
    else source += literal(character);
  }
  const expression = new RegExp(`^${source}${')'.repeat(depth)}$`, 'su');
  return (name) => expression.test(name);
}

function characterSet(inside: readonly string[]): string | undefined {
  const negated = inside[0] === '!';
  const characters = negated ? inside.slice(1) : inside;
  if (characters.length === 0) return undefined;
  if (characters.length === 3 && characters[1] === '-') {
    const [low, , high] = characters as [string, string, string];
    if (low > high) return undefined;
    return `[${negated ? '^' : ''}${literal(low)}-${literal(high)}]`;
  }
  if (characters.includes('-')) return undefined;
  return `[${negated ? '^' : ''}${characters.map(literal).join('')}]`;
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
