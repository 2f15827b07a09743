/** Encoded forms of shorter secrets would be found everywhere. */
const SHORTEST_ENCODED = 4;
const BREAKS = /[\r\n]+/g;

/**
 * Every text that gives `secret` away: itself, its lines, and both as base64, hex, URL- and JSON-escaped and shell-quoted.
 * Line breaks are taken out of all of them, because output may break a secret anywhere.
 */
export function formsOf(secret: string): Set<string> {
  const forms = new Set<string>();
  for (const part of partsOf(secret)) {
    add(forms, part);
    if (part.length < SHORTEST_ENCODED) continue;
    for (const form of [...base64(part), ...hexadecimal(part), ...url(part), ...escaped(part), ...quoted(part)])
      add(forms, form);
  }
  return forms;
}

function add(forms: Set<string>, form: string): void {
  const joined = form.replace(BREAKS, '');
  if (joined !== '') forms.add(joined);
}

/** The whole, with and without a last line break, and the lines that are long enough to mean something. */
function partsOf(secret: string): string[] {
  const whole = secret.replace(/[\r\n]+$/, '');
  if (!/[\r\n]/.test(whole)) return [secret, whole];
  const lines = whole.split(BREAKS).map((line) => line.trim());
  return [secret, whole, ...lines.filter((line) => line.length >= SHORTEST_ENCODED)];
}

/**
 * At each of the three alignments that a secret can have within encoded data, the characters that it alone decides; and
 * the whole with its padding, which stands where the secret is all there is.
 */
function base64(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms = [bytes.toString('base64')];
  for (const lead of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(lead), bytes]).toString('base64');
    forms.push(encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6)));
    // Where the data ends with the secret, its last characters are decided as well.
    forms.push(encoded.slice(Math.ceil((lead * 8) / 6)), encoded.slice(Math.ceil((lead * 8) / 6)).replace(/=+$/, ''));
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

function hexadecimal(text: string): string[] {
  const hex = Buffer.from(text).toString('hex');
  const spaced = (hex.match(/../g) ?? []).join(' ');
  return [hex, spaced, spaced.replaceAll(' ', ':')].flatMap((form) => [form, form.toUpperCase()]);
}

function url(text: string): string[] {
  // Half a surrogate pair, which cannot be encoded, becomes the replacement character as in every output.
  const wellFormed = Buffer.from(text).toString();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const rfc3986 = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [
    component,
    rfc3986,
    strict,
    encodeURI(wellFormed),
    new URLSearchParams([['', text]]).toString().slice(1),
  ];
  return forms.flatMap((form) => {
    const both = [form, form.replaceAll('%20', '+')];
    return [...both, ...both.map((one) => one.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()))];
  });
}

/** JSON as JavaScript, Go (`<>&` escaped) and ASCII-only writers put it, JSON within JSON, and XML. */
function escaped(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const unicode = (pattern: RegExp, from: string) =>
    from.replace(pattern, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const go = unicode(/[<>&\u2028\u2029\u007f]/g, json);
  const forms = [json, go, unicode(/[^\x00-\x7e]/g, json), unicode(/[^\x00-\x7e]/g, go), json.replaceAll('/', '\\/')];
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...forms,
    ...forms.map((form) => JSON.stringify(form).slice(1, -1)),
    xml,
    xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    xml.replaceAll('"', '&#34;').replaceAll("'", '&apos;'),
  ];
}

/** Within single quotes in both usual ways, within double quotes, with backslashes, and as PowerShell has it. */
function quoted(text: string): string[] {
  return [
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replace(/["\\$`]/g, '\\$&'),
    text.replace(/["\\$`!]/g, '\\$&'),
    text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
    text.replace(/[\s!"#$&'()*,;<>?[\\\]^`{|}]/g, '\\$&'),
    text.replace(/[\\']/g, '\\$&'),
    text.replaceAll("'", "''"),
    text.replace(/["$`]/g, '`$&'),
    text.replace(/["'$`]/g, '`$&'),
  ];
}
