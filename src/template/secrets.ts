import type { Value } from '../hcl/values/value.js';

/** Gathers texts that must never be shown. Numbers and bools are no secrets: masking `5` everywhere would say nothing. */
export class Secrets {
  private readonly texts = new Set<string>();

  /** @param templates texts of the template's files, without variable files: what is written there is no secret */
  constructor(private readonly templates: () => Iterable<string>) {}

  /** Every string in a value that is a secret itself, with its lines. */
  addValue(value: Value): void {
    for (const text of stringsIn(value)) this.addText(text);
  }

  /** A secret text, its form with plain line ends, and each of its lines. */
  addText(text: string): void {
    if (text === '') return;
    this.texts.add(text);
    const plain = text.replaceAll('\r\n', '\n');
    this.texts.add(plain);
    for (const line of plain.split('\n')) if (line.trim() !== '') this.texts.add(line);
  }

  /** Every string of an option that holds a secret (a password), unless the template spells it out for all to read. */
  addOption(value: Value): void {
    for (const text of stringsIn(value)) if (!this.isSpelledOut(text)) this.addText(text);
  }

  /**
   * Every string in `value` that was computed from a secret (its hash, its upper-case form). A text that holds a known
   * secret is masked there already, and one that the template spells out (`"password"` in a condition) is none.
   */
  addDerived(value: Value): void {
    if (!value.deepMarks().has('sensitive')) return;
    for (const text of stringsIn(value, true)) {
      const isMasked = [...this.texts].some((secret) => text.includes(secret));
      if (!isMasked && !this.isSpelledOut(text)) this.addText(text);
    }
  }

  private isSpelledOut(text: string): boolean {
    return [...this.templates()].some((template) => template.includes(`"${text}"`));
  }

  all(): string[] {
    return [...this.texts];
  }
}

function* stringsIn(value: Value, markedOnly = false, inherited = false): Generator<string> {
  const marked = inherited || value.isSensitive;
  if (!value.isKnown || value.isNull) return;
  if (value.type.kind === 'string') {
    if (!markedOnly || marked) yield value.text;
    return;
  }
  for (const child of value.children()) yield* stringsIn(child, markedOnly, marked);
}
