import { formatBytes } from '../../contract/bytes.js';
import type { KeyInput } from '../../contract/keys.js';
import type { CheckpointStore } from '../../cache/store.js';
import type { Listed } from '../../cache/survey.js';
import type { Host } from '../../host.js';
import type { CommandArguments } from '../command.js';
import type { JsonValues } from './flags.js';
import { listedJson } from './list.js';
import { byPrefix, openCache } from './store.js';
import { ago, shortKey, table } from './text.js';

const LONGEST_SHOWN = 80;

/** `imgpack cache explain KEY`. */
export async function run(values: CommandArguments<JsonValues>, host: Host): Promise<number> {
  const store = await openCache(host);
  const listed = byPrefix(await store.list(), values.positionals[0] as string);
  const layers = await store.layersOf(listed);
  if (values.json) {
    const { inputs, ran, remove } = listed.entry;
    const elsewhere = remove.map(({ kind, args }) => ({ kind, args }));
    host.out(`${JSON.stringify({ ...listedJson(listed), layers, inputs, ran, elsewhere }, null, 2)}\n`);
  } else host.out(`${report(listed, layers, new Date()).join('\n')}\n`);
  return 0;
}

function report(
  { entry, lastUse }: Listed,
  layers: Awaited<ReturnType<CheckpointStore['layersOf']>>,
  now: Date,
): string[] {
  const time = (at: Date) => `${at.toISOString()}, ${ago(at, now)}`;
  const facts: [string, string][] = [
    ['build', entry.build],
    ['template', entry.template],
    ['step', entry.step.name],
    ['made', time(new Date(entry.created))],
    ['last used', time(lastUse)],
    ['size', formatBytes(entry.bytes)],
    ...layers.map(({ id, bytes }, i): [string, string] => [i === 0 ? 'layers' : '', `${id}  ${formatBytes(bytes)}`]),
    ...entry.remove.map(({ kind, token }, i): [string, string] => [i === 0 ? 'elsewhere' : '', `${kind} ${token}`]),
  ];
  const inputs = entry.inputs.map((input) => [input.kind, input.name, shown(input)]);
  return [
    `checkpoint ${entry.key}`,
    '',
    ...table(facts).map((line) => `  ${line}`),
    '',
    'made from',
    '',
    ...table(inputs).map((line) => `  ${line}`),
  ];
}

/** The value itself where it is short; of what is secret or long a part of its digest. */
function shown({ kind, digest, shown: value }: KeyInput): string {
  if (value !== undefined && kind === 'previous') return shortKey(value);
  if (value !== undefined && value.length <= LONGEST_SHOWN && !/\s*\n/.test(value)) return value;
  const [algorithm, hex = ''] = digest.split(':');
  return `${algorithm === 'hmac' ? 'secret' : algorithm} ${shortKey(hex)}`;
}
