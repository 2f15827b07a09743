/** A block of addresses: the number of its first address, its prefix length, and 32 or 128 bits for a whole address. */
export interface Block {
  readonly network: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
}

/** Reads `10.0.0.0/8` or `fd00::/48`; bits of the host are dropped. `undefined` for anything else. */
export function parseBlock(text: string): Block | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d+)$/.exec(text) ?? [];
  const bits = address.includes(':') ? 128 : 32;
  const number = bits === 128 ? parseIpv6(address) : parseIpv4(address);
  const prefix = Number(length);
  if (length === '' || number === undefined || prefix > bits) return undefined;
  return { network: number & maskOf(prefix, bits), prefix, bits };
}

/** The number with the first `prefix` of `bits` bits set. */
export function maskOf(prefix: number, bits: number): bigint {
  const host = BigInt(bits - prefix);
  return ((1n << BigInt(bits)) - 1n) ^ ((1n << host) - 1n);
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0n;
  for (const part of parts) {
    // A leading zero would mean octal to some readers.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256n + BigInt(part);
  }
  return number;
}

function parseIpv6(text: string): bigint | undefined {
  const [, head = '', v4] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const tail = v4 === undefined ? 0n : parseIpv4(v4);
  if (tail === undefined) return undefined;
  const body = v4 === undefined ? text : `${head}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let number = 0n;
  for (const group of [...left, ...Array<string>(missing).fill('0'), ...right]) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    number = number * 65_536n + BigInt(`0x${group}`);
  }
  return number;
}

/** The canonical text of an address (RFC 5952). */
export function writeAddress(number: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((number >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const text = `:${groups.join(':')}:`;
  // The longest run of zeros is left out, the first one of several; a single zero is not.
  const runs = text.match(/:0(?::0)+(?=:)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return text.slice(1, -1);
  const at = text.indexOf(`${longest}:`);
  const before = text.slice(1, Math.max(1, at));
  const after = text.slice(at + longest.length + 1, -1);
  return `${before}::${after}`;
}
