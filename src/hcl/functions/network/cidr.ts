import { NUMBER, STRING, listOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, stringList, wholeDouble, wholeNumber } from '../define.js';
import { maskOf, parseBlock, writeAddress, type Block } from './address.js';

const prefixParameter = { name: 'prefix', type: STRING } as const;

/** A prefix grows by at most this many bits at once. */
const MOST_BITS = 32;

function readBlock(prefix: Value): Block {
  const block = parseBlock(prefix.text);
  if (!block) throw badArgument(0, `\`${prefix.text}\` is not an address block such as \`10.0.0.0/8\``);
  return block;
}

function writeBlock({ network, prefix, bits }: Block): string {
  return `${writeAddress(network, bits)}/${prefix}`;
}

/** A negative number counts from the end of the block. */
export const cidrhost = define({
  name: 'cidrhost',
  summary: 'the address with a number in an address block',
  parameters: [prefixParameter, { name: 'host', type: NUMBER }],
  returns: STRING,
  call: ([prefix, host]) => {
    const block = readBlock(prefix);
    const number = wholeNumber(host, 1);
    const size = 1n << BigInt(block.bits - block.prefix);
    const offset = number < 0n ? size + number : number;
    if (offset < 0n || offset >= size) throw badArgument(1, `must be a host of ${size} in \`${prefix.text}\``);
    return Value.string(writeAddress(block.network + offset, block.bits));
  },
});

export const cidrnetmask = define({
  name: 'cidrnetmask',
  summary: 'the network mask of an address block as an address',
  parameters: [prefixParameter],
  returns: STRING,
  call: ([prefix]) => {
    const block = readBlock(prefix);
    return Value.string(writeAddress(maskOf(block.prefix, block.bits), block.bits));
  },
});

/** Negative new bits make the prefix shorter; the number of the network is then not limited. */
export const cidrsubnet = define({
  name: 'cidrsubnet',
  summary: 'the part of an address block with a number, after some more bits of prefix',
  parameters: [prefixParameter, { name: 'newbits', type: NUMBER }, { name: 'netnum', type: NUMBER }],
  returns: STRING,
  call: ([prefix, newbits, netnum]) => {
    const block = readBlock(prefix);
    const more = wholeDouble(newbits, 1);
    const number = wholeNumber(netnum, 2);
    const length = block.prefix + more;
    if (more > MOST_BITS) throw badArgument(1, `must not be larger than ${MOST_BITS}`);
    if (length > block.bits || length < 0) throw badArgument(1, `leaves a prefix of ${length} bits`);
    if (number < 0n) throw badArgument(2, 'must not be negative');
    if (more >= 0 && number >> BigInt(more) !== 0n) throw badArgument(2, `does not fit ${more} bits`);
    const all = maskOf(block.bits, block.bits);
    const network = (block.network | (number << BigInt(block.bits - length))) & all;
    return Value.string(writeBlock({ network, prefix: length, bits: block.bits }));
  },
});

/** Each part starts behind the one before it, at the next address that its size allows. */
export const cidrsubnets = define({
  name: 'cidrsubnets',
  summary: 'consecutive parts of an address block',
  parameters: [prefixParameter],
  variadic: { name: 'newbits', type: NUMBER },
  returns: listOf(STRING),
  call: ([prefix, ...lengths]) => {
    const block = readBlock(prefix);
    const end = block.network + (1n << BigInt(block.bits - block.prefix));
    let next = block.network;
    const parts = lengths.map((newbits, i) => {
      const more = wholeDouble(newbits, i + 1);
      if (more < 1 || more > MOST_BITS) throw badArgument(i + 1, `must be from 1 to ${MOST_BITS}`);
      const length = block.prefix + more;
      if (length > block.bits) throw badArgument(i + 1, `leaves a prefix of ${length} bits`);
      const size = 1n << BigInt(block.bits - length);
      const start = ((next + size - 1n) / size) * size;
      next = start + size;
      if (next > end) throw badArgument(i + 1, `does not fit in what is left of \`${prefix.text}\``);
      return writeBlock({ network: start, prefix: length, bits: block.bits });
    });
    return stringList(parts);
  },
});
