import type { KeyInput } from '../../contract/keys.js';

/** Why a step runs. */
export interface Reason {
  readonly kind:
    /** The builder keeps nothing that could be found again. */
    | 'never-cached'
    /** It runs every time, for the reason in `text`. */
    | 'always'
    /** A step before it runs every time. */
    | 'after-always'
    /** No run of this build has had this step. */
    | 'new'
    /** Inputs differ from those of the last run: `changes`. */
    | 'changed'
    /** The step before it has another key. */
    | 'after-changed'
    /** It failed in the last run, or that run did not get to it. */
    | 'not-done'
    /** Its result is older than it may be. */
    | 'too-old'
    /** Its result was removed, or changed behind imgpack's back. */
    | 'gone'
    /** The command line asks for it. */
    | 'asked';
  readonly text: string;
  readonly changes?: readonly InputChange[];
}

/** An input that differs. Values that are long or secret have their digests only. */
export interface InputChange {
  readonly kind: KeyInput['kind'];
  readonly name: string;
  readonly before?: Pick<KeyInput, 'digest' | 'shown'>;
  readonly after?: Pick<KeyInput, 'digest' | 'shown'>;
}

/** Inputs that one list has and the other has not, or has otherwise. */
export function differences(before: readonly KeyInput[], after: readonly KeyInput[]): InputChange[] {
  const id = ({ kind, name }: KeyInput): string => `${kind}\0${name}`;
  const old = new Map(before.map((input) => [id(input), input]));
  const changes: InputChange[] = [];
  for (const input of after) {
    const was = old.get(id(input));
    old.delete(id(input));
    if (was?.digest === input.digest) continue;
    changes.push({ kind: input.kind, name: input.name, ...(was && { before: value(was) }), after: value(input) });
  }
  for (const was of old.values()) changes.push({ kind: was.kind, name: was.name, before: value(was) });
  return changes;
}

const value = ({ digest, shown }: KeyInput): Pick<KeyInput, 'digest' | 'shown'> => ({
  digest,
  ...(shown !== undefined && { shown }),
});

const KIND_WORDS: Readonly<Record<KeyInput['kind'], string>> = {
  format: '',
  previous: '',
  component: '',
  option: 'option ',
  file: 'file ',
  base: '',
  version: '',
  build: '',
  artifact: 'artifact of ',
};

/** A change in one line: what, and its value or digest before and after; of a list, the first item that differs. */
export function changeText({ kind, name, before, after }: InputChange): string {
  const what = `${KIND_WORDS[kind]}\`${name}\``;
  if (!before) return `${what} is new`;
  if (!after) return `${what} is gone`;
  const item = differingItem(before.shown, after.shown);
  if (item) return `${what} changed in item ${item.number} (${item.before} → ${item.after})`;
  return `${what} changed (${shownText(before)} → ${shownText(after)})`;
}

const LONGEST_SHOWN = 60;

function differingItem(
  before: string | undefined,
  after: string | undefined,
): { readonly number: number; readonly before: string; readonly after: string } | undefined {
  const [old, now] = [before, after].map(listIn);
  if (!old || !now) return undefined;
  const index = now.findIndex((item, i) => item !== old[i]);
  const at = index >= 0 ? index : now.length;
  const [was, is] = [old[at] ?? 'nothing', now[at] ?? 'nothing'];
  return [was, is].every(isShort) ? { number: at + 1, before: was, after: is } : undefined;
}

/** The texts of a JSON list; undefined for anything else. */
function listIn(text: string | undefined): string[] | undefined {
  if (text === undefined || !text.startsWith('[')) return undefined;
  try {
    const list = JSON.parse(text) as unknown[];
    return list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined; // A text that begins like a list.
  }
}

const isShort = (text: string): boolean => text.length <= LONGEST_SHOWN && !text.includes('\n');

function shownText({ digest, shown }: Pick<KeyInput, 'digest' | 'shown'>): string {
  if (shown !== undefined && isShort(shown)) return shown;
  const [kind = '', hex = ''] = digest.split(':');
  return `${kind === 'hmac' ? 'secret ' : ''}${hex.slice(0, 12)}`;
}
