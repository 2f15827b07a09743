import type { Reporter, RunEvent } from '../contract/events.js';
import { Narrator, type Utterance } from './narrate.js';
import { localTimestamp } from './timestamp.js';

export interface HumanOptions {
  write(text: string): void;
  readonly now: () => Date;
  /** Whether builds are given colours at all (`-color`). */
  readonly color: boolean;
  /** Whether the colours are written; with NO_COLOR they are only announced. */
  readonly escapes: boolean;
  /** The time in front of what builds say (`-timestamp-ui`). */
  readonly timestamps: boolean;
}

/** Green, cyan, magenta, yellow, blue: one per build, again from the start when there are more builds. */
const COLORS = [32, 36, 35, 33, 34];
const ERROR_COLOR = 31;

/** Writes lines for people, in Packer's manner. */
export function humanReporter(options: HumanOptions): Reporter {
  const narrator = new Narrator(options.now);
  const colors = new Map<string, number>();
  const paint = (color: number | undefined, text: string): string =>
    options.escapes && options.color && color !== undefined ? `\u001b[1;${color}m${text}\u001b[0m` : text;

  const announce = ({ builds }: Extract<RunEvent, { type: 'run-started' }>): void => {
    for (const [index, build] of builds.entries()) colors.set(build, COLORS[index % COLORS.length] as number);
    if (!options.color || builds.length === 0) return;
    for (const [build, color] of colors) options.write(`${paint(color, `${build}: output will be in this color.`)}\n`);
    options.write('\n');
  };

  const show = ({ kind, text, build }: Utterance): void => {
    const stamp = options.timestamps && build !== undefined ? `${localTimestamp(options.now())}: ` : '';
    const color = build === undefined ? undefined : kind === 'error' ? ERROR_COLOR : colors.get(build);
    // Each line is painted on its own, so that none of them runs its colour into a neighbour.
    const lines = text.split('\n').map((line) => (line === '' ? '' : paint(color, `${stamp}${line}`)));
    options.write(`${lines.join('\n')}\n`);
  };

  return {
    event(event) {
      if (event.type === 'run-started') announce(event);
      for (const utterance of narrator.narrate(event)) show(utterance);
    },
  };
}
