import { STRING, listOf, objectOf, tupleOf, ANY, type Type } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, reasonOf } from '../define.js';
import { compilePattern, type Match, type Pattern } from './pattern.js';

const parameters = [
  { name: 'pattern', type: STRING },
  { name: 'text', type: STRING },
] as const;

/** Without groups a match is its text, with unnamed ones a tuple, with named ones an object. */
export const regex = define({
  name: 'regex',
  summary: 'the first match of a pattern',
  parameters,
  returns: ([pattern]) => (pattern?.isKnown ? matchType(compile(pattern)) : ANY),
  call: ([source, text]) => {
    const pattern = compile(source);
    for (const match of pattern.matches(text.text)) return matchValue(pattern, match);
    throw failure('the pattern does not match the text');
  },
});

export const regexall = define({
  name: 'regexall',
  summary: 'all matches of a pattern',
  parameters,
  returns: ([pattern]) => listOf(pattern?.isKnown ? matchType(compile(pattern)) : ANY),
  call: ([source, text]) => {
    const pattern = compile(source);
    const matches = Array.from(pattern.matches(text.text), (match) => matchValue(pattern, match));
    return Value.list(matchType(pattern), matches);
  },
});

export const regexReplace = define({
  name: 'regex_replace',
  summary: 'the text with every match of a pattern replaced; `$1` and `${name}` stand for groups',
  parameters: [
    { name: 'text', type: STRING },
    { name: 'pattern', type: STRING },
    { name: 'replacement', type: STRING },
  ],
  returns: STRING,
  call: ([text, source, replacement]) => {
    const pattern = compile(source, 1);
    let result = '';
    let done = 0;
    for (const match of pattern.matches(text.text)) {
      result += text.text.slice(done, match.start) + fillIn(replacement.text, pattern, match);
      done = match.end;
    }
    return Value.string(result + text.text.slice(done));
  },
});

function compile(source: Value, index = 0): Pattern {
  try {
    return compilePattern(source.text);
  } catch (error) {
    throw badArgument(index, `is not a valid pattern: ${reasonOf(error)}`);
  }
}

function matchType(pattern: Pattern): Type {
  const named = pattern.names.filter((name) => name !== undefined);
  if (named.length === 0) return pattern.names.length === 0 ? STRING : tupleOf(pattern.names.map(() => STRING));
  if (named.length < pattern.names.length) throw badArgument(0, 'must name all of its groups or none');
  return objectOf(named.map((name) => [name, STRING]));
}

function matchValue(pattern: Pattern, match: Match): Value {
  const type = matchType(pattern);
  const groups = match.groups.map((group) => (group === null ? Value.null(STRING) : Value.string(group)));
  if (type.kind === 'tuple') return Value.tuple(groups);
  if (type.kind === 'object') return Value.object(pattern.names.map((name, i) => [name ?? '', groups[i] as Value]));
  return Value.string(match.text);
}

/** `$$` is a dollar; a name reaches as far as letters, digits and `_` do; a group that is not there is empty. */
function fillIn(replacement: string, pattern: Pattern, match: Match): string {
  return replacement.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_, dollar, braced, bare) => {
    if (dollar) return '$';
    const name = (braced ?? bare) as string;
    if (/^(?:0|[1-9]\d*)$/.test(name)) return groupText(match, Number(name));
    const index = pattern.names.findIndex((other, i) => other === name && match.groups[i] !== null);
    return index < 0 ? '' : groupText(match, index + 1);
  });
}

function groupText(match: Match, number: number): string {
  return number === 0 ? match.text : (match.groups[number - 1] ?? '');
}
