import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { CommandArguments } from './command.js';
import type { ExplainValues } from './flag-tables.js';

/** `imgpack explain [CODE]`: the sentences that a code stands for, and what to do; all codes where none is given. */
export async function run(values: CommandArguments<ExplainValues>, host: Host): Promise<number> {
  const { codes } = await import('../codes.generated.js');
  const wanted = values.positionals[0]?.replace(/^\[|\]$/g, '');
  const found = wanted === undefined ? codes : codes.filter(({ code }) => code === wanted);
  if (wanted !== undefined && found.length === 0)
    throw new ImgpackError(
      commandMessages.unknownCode(
        wanted,
        codes.map(({ code }) => code),
      ),
    );
  if (values.json) host.out(`${JSON.stringify(found, null, 2)}\n`);
  else if (wanted === undefined) host.out(codes.map(({ code, texts }) => `${code}  ${texts[0] ?? ''}\n`).join(''));
  else host.out(found.map(asText).join(''));
  return 0;
}

function asText({ code, texts, hints }: { code: string; texts: readonly string[]; hints: readonly string[] }): string {
  const says = texts.map((text) => `  ${text}\n`).join('');
  const helps = hints.map((hint) => `  help: ${hint}\n`).join('');
  return `${code}\n\n${says}${helps === '' ? '' : `\n${helps}`}`;
}
