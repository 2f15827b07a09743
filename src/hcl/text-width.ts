const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The user-perceived characters of a text, in order. Plain ASCII, but for CRLF, takes the short way. */
export function graphemes(text: string): string[] {
  if (/^[\x20-\x7e\t]*$/.test(text)) return [...text];
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Terminal columns of one user-perceived character: 2 for wide East Asian ones and emoji, 0 for invisible ones. */
export function columnsOf(grapheme: string): number {
  if (grapheme >= ' ' && grapheme <= '~') return 1;
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
