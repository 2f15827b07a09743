import type { CompletionRow } from './table.js';

/**
 * A script for bash: `-flag=` keeps its equals sign at the end, so that the value follows without a blank. It takes words
 * apart by itself, as bash splits them at `=` or not depending on COMP_WORDBREAKS.
 */
export function bashScript(table: readonly CompletionRow[]): string {
  const verbs = table.filter(({ command }) => !command.includes(' ')).map(({ command }) => command);
  const groups = verbs.filter((verb) => table.some(({ command }) => command.startsWith(`${verb} `)));
  return `# Completion of imgpack for bash, made by \`imgpack completion bash\`.
_imgpack() {
  local line="\${COMP_LINE:0:COMP_POINT}" word verb words='' files='' prefix=''
  local -a typed
  read -r -a typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  word="\${typed[\${#typed[@]}-1]}"
  verb="\${typed[1]}"
  COMPREPLY=()
  if ((\${#typed[@]} <= 2)); then
    COMPREPLY=($(compgen -W '${['help', ...verbs].join(' ')}' -- "$word"))
    return
  fi
  case "$verb" in
  ${groups.join(' | ')})
    ((\${#typed[@]} > 3)) && verb="$verb \${typed[2]}"
    ;;
  esac
  word="\${word/#--/-}"
  case "$verb:$word" in
${table.map(bashRow).join('\n')}
  esac
  # Where bash splits at \`=\`, only what stands behind it is replaced.
  [[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && prefix="\${word%%=*}="
  if [[ -n $files ]]; then
    COMPREPLY=($(compgen -f -- "\${word#*=}"))
    compopt -o filenames 2>/dev/null
    [[ $word == *=* && -z $prefix ]] && COMPREPLY=("\${COMPREPLY[@]/#/\${word%%=*}=}")
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
  fi
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _imgpack imgpack
`;
}

function bashRow({ command, flags, words, files }: CompletionRow): string {
  const rows: string[] = [];
  for (const { name, choices, takesValue } of flags) {
    if (!takesValue) continue;
    const values = choices.map((choice) => `-${name}=${choice}`);
    rows.push(`  '${command}:-${name}='*) ${values.length > 0 ? `words='${values.join(' ')}'` : 'files=1'} ;;`);
  }
  const names = flags.map(({ name, takesValue }) => `-${name}${takesValue ? '=' : ''}`);
  rows.push(`  '${command}:-'*) words='${[...names, '-help'].join(' ')}' ;;`);
  if (words.length > 0) rows.push(`  '${command}:'*) words='${words.map(({ word }) => word).join(' ')}' ;;`);
  else if (files) rows.push(`  '${command}:'*) files=1 ;;`);
  return rows.join('\n');
}

/** zsh runs the script for bash by its own emulation of bash's completion. */
export function zshScript(table: readonly CompletionRow[]): string {
  return `#compdef imgpack
# Completion of imgpack for zsh, made by \`imgpack completion zsh\`.
autoload -U +X bashcompinit && bashcompinit
${bashScript(table).split('\n').slice(1).join('\n')}`;
}
