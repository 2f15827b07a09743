const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The user-perceived characters of a text: what lengths, offsets and widths of strings count. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many user-perceived characters the text has. */
export function graphemeCount(text: string): number {
  // Nothing joins in printable ASCII, so the common case needs no segmenter.
  return /^[\x20-\x7e]*$/.test(text) ? text.length : graphemes(text).length;
}
