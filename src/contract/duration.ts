const UNIT_MILLISECONDS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a Go duration (`1h30m`, `1.5s`, `-1s`, `0`).
 * @returns milliseconds, or undefined where the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let total = 0;
  while (rest !== '') {
    const part = /^(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/.exec(rest);
    if (!part) return undefined;
    total += Number(part[1]) * (UNIT_MILLISECONDS[part[2] as string] as number);
    rest = rest.slice(part[0].length);
  }
  return sign === '-' ? -total : total;
}

/** Writes milliseconds as Go does: `1m30s`, `500ms`, `0s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.abs(milliseconds);
  const trim = (value: number) => String(Number(value.toFixed(9)));
  if (total < 1e-3) return `${sign}${trim(total * 1e6)}ns`;
  if (total < 1) return `${sign}${trim(total * 1e3)}µs`;
  if (total < 1000) return `${sign}${trim(total)}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1000;
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${trim(seconds)}s`;
}

const LONG_UNITS: readonly (readonly [string, number])[] = [
  ['year', 365 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
  ['microsecond', 1e-3],
];

/** A duration in words, its two largest units: `1 minute 23 seconds`, `14 milliseconds 370 microseconds`. */
export function describeDuration(milliseconds: number): string {
  let rest = Math.max(0, Math.round(milliseconds * 1000));
  const parts: string[] = [];
  for (const [unit, size] of LONG_UNITS) {
    const units = Math.floor(rest / Math.round(size * 1000));
    if (units === 0) continue;
    rest -= units * Math.round(size * 1000);
    parts.push(`${units} ${unit}${units === 1 ? '' : 's'}`);
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 microseconds' : parts.join(' ');
}
