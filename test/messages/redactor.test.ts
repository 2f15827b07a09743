import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../src/messages/redactor.js';

function redactorOf(...secrets: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

function streamed(redactor: Redactor, lines: readonly string[]): string[] {
  const stream = redactor.stream();
  return [...lines.flatMap((line) => stream.line(line)), ...stream.flush()];
}

/** Ways in which programs print a value; each is a form that gives it away. */
const ENCODINGS: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'hex in capitals': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'URL component': (secret) => encodeURIComponent(secret),
  'URL form': (secret) => new URLSearchParams({ k: secret }).toString().slice(2),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON within JSON': (secret) => JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
  'single quotes': (secret) => secret.replaceAll("'", `'\\''`),
  'single quotes by double ones': (secret) => secret.replaceAll("'", `'"'"'`),
  'double quotes': (secret) => secret.replace(/["\\$`]/g, '\\$&'),
};

const secretText = fc
  .string({ unit: 'binary', minLength: 6, maxLength: 40 })
  .filter((text) => Buffer.from(text).toString() === text && !/[\u0410-\u042f]/.test(text))
  .filter((text) => text.replace(/[\r\n]/g, '').trim().length >= 6 && !/[\r\n]/.test(text));
const asciiSecret = fc.stringMatching(/^[!-~]{6,30}$/);
const secret = fc.oneof(asciiSecret, secretText);
/** Of letters that no secret here has, so that a secret is found where it was put and nowhere else. */
const noise = fc.stringMatching(/^[\u0410-\u042f]{0,20}$/);

describe('a secret in any form', () => {
  it.each(Object.entries(ENCODINGS))('as %s never comes out', (_name, encode) => {
    fc.assert(
      fc.property(secret, noise, noise, (value, before, after) => {
        const form = encode(value);
        const shown = redactorOf(value).redact(`${before}${form}${after}`);
        expect(shown.replaceAll('<sensitive>', '\u0000')).not.toContain(form);
        expect(shown).toBe(`${before}<sensitive>${after}`);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(ENCODINGS))('as %s never comes out, however it is split over lines', (_name, encode) => {
    fc.assert(
      fc.property(asciiSecret, noise, noise, fc.array(fc.nat(60), { maxLength: 4 }), (value, before, after, cuts) => {
        const form = encode(value);
        const text = `${before}${form}${after}`;
        const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const lines = [...at, text.length].map((end, index) => text.slice(index === 0 ? 0 : at[index - 1], end));
        const shown = streamed(redactorOf(value), lines);
        expect(shown).toHaveLength(lines.length);
        expect(shown.join('').replaceAll('<sensitive>', '\u0000')).not.toContain(form);
        // A tail is let out early only where it is a small part; the rest is masked at any rate.
        const joined = shown.join('').replaceAll('<sensitive>', '');
        expect(joined.startsWith(before) && joined.endsWith(after)).toBe(true);
        expect(joined.length - before.length - after.length).toBeLessThan(4);
      }),
      { numRuns: 300 },
    );
  });

  // Surroundings of other letters than the secret's: else they may hold it, too.
  it('within base64 of a longer text leaves none of the characters that it decides', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z]{6,30}$/),
        fc.stringMatching(/^[ 0-9]{0,9}$/),
        fc.stringMatching(/^[ 0-9]{0,9}$/),
        (value, before, after) => {
          const encoded = Buffer.from(`${before}${value}${after}`).toString('base64');
          const shown = redactorOf(value).redact(encoded);
          expect(shown).toContain('<sensitive>');
          const first = Math.ceil((Buffer.byteLength(before) * 8) / 6);
          const last = Math.floor((Buffer.byteLength(before + value) * 8) / 6);
          expect(shown.startsWith(encoded.slice(0, Math.max(0, first - 1)))).toBe(true);
          expect(shown.replaceAll('<sensitive>', '\u0000')).not.toContain(encoded.slice(first, last));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('beside others never comes out', () => {
    fc.assert(
      fc.property(fc.uniqueArray(asciiSecret, { minLength: 1, maxLength: 30 }), fc.array(noise), (values, between) => {
        const text = values.map((value, index) => `${between[index] ?? ''}${value}`).join('');
        const shown = redactorOf(...values)
          .redact(text)
          .replaceAll('<sensitive>', '\u0000');
        for (const value of values) expect(shown).not.toContain(value);
      }),
      { numRuns: 200 },
    );
  });

  it('in a text without it changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ a-m\r]{0,30}$/), { maxLength: 8 }),
        fc.stringMatching(/^[n-zN-Z]{8,20}$/),
        (lines, value) => {
          const redactor = redactorOf(value);
          expect(streamed(redactor, lines)).toEqual(lines);
          expect(redactor.redact(lines.join('\n'))).toBe(lines.join('\n'));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the redactor', () => {
  it('masks a secret of one letter everywhere, but not its encoded forms', () => {
    expect(redactorOf('e').redact('seven 65 ZQ==')).toBe('s<sensitive>v<sensitive>n 65 ZQ==');
  });

  it('masks the lines of a secret of several lines, and the whole', () => {
    const redactor = redactorOf('first1\nsecond2');
    expect(redactor.redact('only second2 here')).toBe('only <sensitive> here');
    expect(redactor.redact('a first1\nsecond2 b')).toBe('a <sensitive>\n<sensitive> b');
    expect(redactor.redact(JSON.stringify({ key: 'first1\nsecond2' }))).toBe('{"key":"<sensitive>"}');
    expect(redactor.redact(Buffer.from('first1\nsecond2\n').toString('base64'))).not.toContain('Zmlyc3Qx');
  });

  it('does not take short lines of a long secret for secrets of their own', () => {
    const redactor = redactorOf('{\n  "private": "0123456789"\n}');
    expect(redactor.redact('a = { b = 1 }')).toBe('a = { b = 1 }');
    expect(redactor.redact('x "private": "0123456789" y')).toBe('x <sensitive> y');
  });

  it('masks overlapping secrets as one and neighbouring ones as two', () => {
    expect(redactorOf('abcd', 'cdef').redact('xabcdefx')).toBe('x<sensitive>x');
    expect(redactorOf('abcd', 'efgh').redact('xabcdefghx')).toBe('x<sensitive><sensitive>x');
    expect(redactorOf('abcd', 'abcdefgh').redact('xabcdefghx')).toBe('x<sensitive>x');
  });

  it('finds a secret of two letters within a line, and does not put it together over two', () => {
    expect(streamed(redactorOf('ab', 'b'), ['xa', 'bx', 'ab'])).toEqual(['xa', '<sensitive>x', '<sensitive>']);
  });

  it('masks a secret that is broken by a carriage return', () => {
    expect(redactorOf('topsecret').redact('a top\rsecret b')).toBe('a <sensitive> b');
  });

  it('knows no empty secret, and without secrets leaves a text as it is', () => {
    expect(redactorOf('').redact('text\r\n')).toBe('text\r\n');
  });
});

describe('a stream', () => {
  it('holds back a line that may begin a secret until the next one decides', () => {
    const stream = redactorOf('topsecret').stream();
    expect(stream.line('plain')).toEqual(['plain']);
    expect(stream.line('the word: topse')).toEqual([]);
    expect(stream.line('cret, that is')).toEqual(['the word: <sensitive>', '<sensitive>, that is']);
    expect(stream.line('the word: topse')).toEqual([]);
    expect(stream.line('nothing')).toEqual(['the word: topse', 'nothing']);
  });

  it('that is released for a pause still masks the rest of what was let out', () => {
    const stream = redactorOf('topsecret').stream();
    expect(stream.line('topse')).toEqual([]);
    expect(stream.release()).toEqual(['topse']);
    expect(stream.line('cret!')).toEqual(['<sensitive>!']);
  });

  it('goes over any number of lines', () => {
    expect(streamed(redactorOf('topsecret'), ['>tops', 'e', '', 'cr', 'et<'])).toEqual([
      '><sensitive>',
      '<sensitive>',
      '',
      '<sensitive>',
      '<sensitive><',
    ]);
  });

  it('masks a secret that is added while it runs', () => {
    const redactor = redactorOf('other1');
    const stream = redactor.stream();
    expect(stream.line('topsecret')).toEqual(['topsecret']);
    redactor.add('topsecret');
    expect(stream.line('topsecret')).toEqual(['<sensitive>']);
  });

  it('hands on lines at once when nothing in them can begin a secret', () => {
    const stream = redactorOf(...Array.from({ length: 40 }, (_, index) => `secret-${index}-value`)).stream();
    const lines = ['Reading package lists...', 'Get:1 http://deb.example/debian', 'Setting up libs', 'it se'];
    expect(lines.map((line) => stream.line(line))).toEqual(lines.map((line) => [line]));
  });
});
