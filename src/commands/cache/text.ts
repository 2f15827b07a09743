import { describeDuration } from '../../contract/duration.js';

/** As many digits of a key as people need. */
export const shortKey = (key: string): string => key.slice(0, 12);

export const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;

/** `2 hours ago`. */
export function ago(time: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - time.getTime()) / 1000);
  if (seconds < 1) return 'just now';
  return `${describeDuration(seconds * 1000)
    .split(' ')
    .slice(0, 2)
    .join(' ')} ago`;
}

/** Columns as wide as their widest cell, two spaces apart. `right`: numbers of columns that end at the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
