/** What upgraded texts refer to. */
export interface Names {
  /** Variables whose value HCL2 can only compute in a local. */
  readonly locals: ReadonlySet<string>;
  /** Variables that texts refer to. */
  readonly used: Set<string>;
  /** Set once a text needs `local.timestamp`. */
  needsTimestamp: boolean;
  /** Actions that have no counterpart, as they stand. */
  readonly left: Set<string>;
}

const ACTION = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const CALL = /^(\w+)(?:\s+(?:`([^`]*)`|"((?:[^"\\]|\\.)*)"))?$/;
const PLAIN: Readonly<Record<string, string>> = {
  isotime: 'timestamp()',
  template_dir: 'path.root',
  pwd: 'path.cwd',
  uuid: 'uuidv4()',
  packer_version: 'packer.version',
  build_name: 'source.name',
  build_type: 'source.type',
};

/** A text with `{{ }}` as a quoted template of HCL2. What has no counterpart stays: components render it as before. */
export function upgradeText(text: string, names: Names): string {
  let written = '';
  let end = 0;
  for (const match of text.matchAll(ACTION)) {
    const expression = expressionOf(match[1] as string, names);
    if (expression === undefined) names.left.add(match[0]);
    written +=
      escape(text.slice(end, match.index)) + (expression === undefined ? escape(match[0]) : `\${${expression}}`);
    end = match.index + match[0].length;
  }
  return `"${written}${escape(text.slice(end))}"`;
}

/** The functions and variables that a text calls. */
export function callsIn(text: string): { readonly name: string; readonly argument?: string }[] {
  return [...text.matchAll(ACTION)].flatMap(([, action]) => {
    const call = CALL.exec(action as string);
    const argument = call?.[2] ?? call?.[3];
    return call ? [{ name: call[1] as string, ...(argument !== undefined && { argument }) }] : [];
  });
}

function expressionOf(action: string, names: Names): string | undefined {
  const call = CALL.exec(action);
  if (!call) return undefined;
  const name = call[1] as string;
  const argument = call[2] ?? call[3];
  if (argument === undefined) {
    if (name === 'timestamp') names.needsTimestamp = true;
    return name === 'timestamp' ? 'local.timestamp' : PLAIN[name];
  }
  switch (name) {
    case 'user':
      names.used.add(argument);
      return `${names.locals.has(argument) ? 'local' : 'var'}.${argument}`;
    case 'env':
      return `env(${quoted(argument)})`;
    case 'build':
      return `build.${argument}`;
    case 'isotime':
    case 'strftime':
      return `legacy_${name}(${quoted(argument)})`;
    case 'consul_key':
    case 'aws_secretsmanager':
    case 'aws_secretsmanager_raw':
      return `${name}(${quoted(argument)})`;
    default:
      return undefined;
  }
}

/** A text as a quoted string without any reference. */
export function quoted(text: string): string {
  return `"${escape(text)}"`;
}

function escape(text: string): string {
  return text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[$%](?=\{)/g, '$&$&');
}
