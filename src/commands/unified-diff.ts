const CONTEXT = 3;

interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

/** The changes from `before` to `after` as a unified diff with three lines of context; empty where they are equal. */
export function unifiedDiff(beforeLabel: string, afterLabel: string, before: string, after: string): string {
  const edits = editScript(linesOf(before), linesOf(after));
  const hunks: string[] = [];
  for (let start = 0; start < edits.length;) {
    const first = edits.findIndex(({ kind }, i) => i >= start && kind !== ' ');
    if (first < 0) break;
    let last = first;
    for (let i = first; i < edits.length && i <= last + 2 * CONTEXT; i++) if (edits[i]?.kind !== ' ') last = i;
    const from = Math.max(start, first - CONTEXT);
    const to = Math.min(edits.length, last + CONTEXT + 1);
    hunks.push(hunk(edits, from, to));
    start = to;
  }
  return hunks.length === 0 ? '' : `--- ${beforeLabel}\n+++ ${afterLabel}\n${hunks.join('')}`;
}

function hunk(edits: readonly Edit[], from: number, to: number): string {
  const count = (kinds: string, list: readonly Edit[]) => list.filter(({ kind }) => kinds.includes(kind)).length;
  const [skipped, shown] = [edits.slice(0, from), edits.slice(from, to)];
  const side = (kinds: string) => {
    const length = count(kinds, shown);
    const line = count(kinds, skipped) + (length === 0 ? 0 : 1);
    return length === 1 ? `${line}` : `${line},${length}`;
  };
  const body = shown.map(({ kind, line }) =>
    line.endsWith('\n') ? `${kind}${line}` : `${kind}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${side(' -')} +${side(' +')} @@\n${body.join('')}`;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

/** The formatter keeps every line, so a line-by-line comparison is the shortest script; deletions of a run come first. */
function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let removed: Edit[] = [];
  let added: Edit[] = [];
  const flush = () => {
    edits.push(...removed, ...added);
    [removed, added] = [[], []];
  };
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [old, new_] = [before[i], after[i]];
    if (old !== undefined && old === new_) {
      flush();
      edits.push({ kind: ' ', line: old });
      continue;
    }
    if (old !== undefined) removed.push({ kind: '-', line: old });
    if (new_ !== undefined) added.push({ kind: '+', line: new_ });
  }
  flush();
  return edits;
}
