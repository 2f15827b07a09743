import type { CompletionFlag, CompletionRow } from './table.js';

/** A script for fish: one line for every command, flag and word, with its description. */
export function fishScript(table: readonly CompletionRow[]): string {
  const verbs = table.filter(({ command }) => !command.includes(' '));
  return [
    '# Completion of imgpack for fish, made by `imgpack completion fish`.',
    'complete -c imgpack -f',
    ...verbs.map(
      ({ command, summary }) => `complete -c imgpack -n __fish_use_subcommand -a ${command} -d ${quote(summary)}`,
    ),
    ...table.flatMap(rowLines),
    '',
  ].join('\n');
}

function rowLines({ command, flags, words, files }: CompletionRow): string[] {
  const [verb, inner] = command.split(' ');
  const seen = inner === undefined ? verb : `${verb}; and __fish_seen_subcommand_from ${inner}`;
  const others = words.map(({ word }) => word).join(' ');
  const free = words.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${others}`;
  const here = `complete -c imgpack -n '__fish_seen_subcommand_from ${seen}${free}'`;
  return [
    ...(files ? [`${here} -F`] : []),
    ...words.map(({ word, description }) => `${here} -a ${word} -d ${quote(description)}`),
    ...flags.map((flag) => `${here} ${flagWords(flag)}`),
  ];
}

function flagWords({ name, description, takesValue, choices }: CompletionFlag): string {
  const value = !takesValue ? '' : choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : ' -r';
  return `-o ${name}${value} -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
