import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define } from '../define.js';
import { decodeBase64 } from './base64.js';
import { decodeText, encodeText } from './charset.js';
import { codecNamed } from './charset-names.js';

function requireCodec(name: Value): string {
  const codec = codecNamed(name.text);
  if (codec === undefined)
    throw badArgument(1, `\`${name.text}\` is not a supported character set of the IANA registry`);
  return codec;
}

export const textencodebase64 = define({
  name: 'textencodebase64',
  summary: 'the base64 form of a text in a character set',
  parameters: [
    { name: 'text', type: STRING },
    { name: 'encoding', type: STRING },
  ],
  returns: STRING,
  call: ([text, encoding]) => {
    const bytes = encodeText(text.text, requireCodec(encoding));
    if (!bytes) throw badArgument(0, `has characters that \`${encoding.text}\` cannot write`);
    return Value.string(bytes.toString('base64'));
  },
});

export const textdecodebase64 = define({
  name: 'textdecodebase64',
  summary: 'the text of a base64 form in a character set',
  parameters: [
    { name: 'base64', type: STRING },
    { name: 'encoding', type: STRING },
  ],
  returns: STRING,
  call: ([base64, encoding]) => {
    const codec = requireCodec(encoding);
    const bytes = decodeBase64(base64.text);
    if (!bytes) throw badArgument(0, 'is not valid base64');
    const text = decodeText(bytes, codec);
    if (text === undefined) throw badArgument(0, `holds bytes that are not text in \`${encoding.text}\``);
    return Value.string(text);
  },
});
