import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define, failure } from '../define.js';
import { askForSecret } from './ask.js';

/** What comes out of a secret store is never printed. */
function secret(text: string): Value {
  return Value.string(text).withMarks(['sensitive']);
}

export const consulKey = define({
  name: 'consul_key',
  summary: 'the value of a key in Consul',
  parameters: [{ name: 'key', type: STRING }],
  returns: STRING,
  call: ([key], context) => secret(askForSecret({ store: 'consul', key: key.text }, context)),
});

export const vault = define({
  name: 'vault',
  summary: 'the value of a key of a secret in Vault',
  parameters: [
    { name: 'path', type: STRING },
    { name: 'key', type: STRING },
  ],
  returns: STRING,
  call: ([path, key], context) => secret(askForSecret({ store: 'vault', path: path.text, key: key.text }, context)),
});

export const awsSecretsmanagerRaw = define({
  name: 'aws_secretsmanager_raw',
  summary: 'the whole text of a secret in AWS Secrets Manager',
  parameters: [{ name: 'name', type: STRING }],
  returns: STRING,
  call: ([name], context) => secret(askForSecret({ store: 'aws', name: name.text }, context)),
});

/** Without a key the secret must be plain text or have one key only. */
export const awsSecretsmanager = define({
  name: 'aws_secretsmanager',
  summary: 'the value of a key of a secret in AWS Secrets Manager',
  parameters: [
    { name: 'name', type: STRING },
    { name: 'key', type: STRING, allowNull: true },
  ],
  returns: STRING,
  call: ([name, key], context) => {
    const text = askForSecret({ store: 'aws', name: name.text }, context);
    return secret(pickKey(text, name.text, key.isNull ? '' : key.text));
  },
});

function pickKey(text: string, name: string, key: string): string {
  const entries = readEntries(text);
  if (!entries) return text;
  const names = Object.keys(entries);
  if (key === '' && names.length !== 1) {
    throw failure(`the secret \`${name}\` has ${names.length} keys; name the one that is meant`);
  }
  const wanted = key === '' ? (names[0] as string) : key;
  const value = Object.hasOwn(entries, wanted) ? entries[wanted] : undefined;
  if (value === undefined || value === null) throw failure(`the secret \`${name}\` has no key \`${wanted}\``);
  if (typeof value === 'object') throw failure(`the key \`${wanted}\` of the secret \`${name}\` is not a plain value`);
  return String(value);
}

/** The entries of a JSON object; `undefined` for plain text. */
function readEntries(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
