import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../../../src/hcl/values/value.js';
import { evaluateText, functionContext } from '../../support/expressions.js';
import { SecretServer } from '../../support/secret-server.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
let server: SecretServer;

beforeAll(async () => {
  server = await SecretServer.start({
    'GET /v1/kv/app/pass%20word': { status: 200, body: [{ Key: 'app/pass word', Value: base64('sésame') }] },
    'GET /v1/kv/empty': { status: 200, body: [{ Key: 'empty', Value: null }] },
    'GET /v1/kv/spaced?ns=team': { status: 200, body: [{ Value: base64('of the team') }] },
    'GET /v1/kv/denied': { status: 403, body: 'Permission denied' },
    'GET /v1/secret/data/app': { status: 200, body: { data: { data: { key: 'second' }, metadata: {} } } },
    'GET /v1/kv1/app': { status: 200, body: { data: { key: 'first', count: 5 } } },
    'GET /v1/secret/forbidden': { status: 403, body: { errors: ['permission denied'] } },
    plain: { status: 200, body: { SecretString: 'just text' } },
    one: { status: 200, body: { SecretString: '{"only":"value"}' } },
    two: { status: 200, body: { SecretString: '{"a":"x","b":2,"c":{"d":1}}' } },
    binary: { status: 200, body: { SecretBinary: 'AAE=' } },
    absent: { status: 400, body: { __type: 'ResourceNotFoundException', message: 'no such secret here' } },
  });
});
afterAll(() => server.stop());

function ask(expression: string, env: Record<string, string>): Value {
  return evaluateText(expression, new Map(), functionContext({ folder: tmpdir(), env }));
}

describe('consul_key', () => {
  const env = () => ({ CONSUL_HTTP_ADDR: `127.0.0.1:${server.port}` });

  it('reads a key with the token of the environment', async () => {
    expect(ask('consul_key("app/pass word")', { ...env(), CONSUL_HTTP_TOKEN: 'token-1' }).text).toBe('sésame');
    const [request] = await server.received();
    expect(request?.headers['x-consul-token']).toBe('token-1');
  });
  it('takes an address with a scheme, a user and a name space', async () => {
    const more = {
      CONSUL_HTTP_ADDR: `http://127.0.0.1:${server.port}`,
      CONSUL_HTTP_AUTH: 'me:pw',
      CONSUL_NAMESPACE: 'team',
    };
    expect(ask('consul_key("spaced")', more).text).toBe('of the team');
    const [request] = await server.received();
    expect(request?.headers['authorization']).toBe(`Basic ${base64('me:pw')}`);
  });
  it('marks what it reads as sensitive', () => {
    expect(ask('"${consul_key("app/pass word")}!"', env()).isSensitive).toBe(true);
  });
  it.each([
    ['a missing key', 'absent', 'has no key `absent`'],
    ['an empty key', 'empty', 'is empty'],
    ['a refusal', 'denied', 'status 403'],
  ])('refuses %s', (_, key, words) => {
    expect(() => ask(`consul_key("${key}")`, env())).toThrow(words);
  });
  it('says why nobody answers', () => {
    expect(() => ask('consul_key("a")', { CONSUL_HTTP_ADDR: '127.0.0.1:1' })).toThrow('ECONNREFUSED');
  });
});

describe('vault', () => {
  const env = () => ({ VAULT_ADDR: `http://127.0.0.1:${server.port}`, VAULT_TOKEN: 'token-2' });

  it('reads both versions of key/value paths', async () => {
    await server.received();
    expect(ask('vault("secret/data/app", "key")', { ...env(), VAULT_NAMESPACE: 'team' }).text).toBe('second');
    expect(ask('vault("/kv1/app", "key")', env()).text).toBe('first');
    const [first, second] = await server.received();
    expect(first?.headers).toMatchObject({ 'x-vault-token': 'token-2', 'x-vault-namespace': 'team' });
    expect(second?.headers['x-vault-namespace']).toBeUndefined();
  });
  it.each([
    ['a missing path', 'vault("none", "key")', 'has no secret at `none`'],
    ['a missing key', 'vault("secret/data/app", "other")', 'has no key `other`'],
    ['a value that is no string', 'vault("kv1/app", "count")', 'is not a string'],
    ['a refusal, with its reason', 'vault("secret/forbidden", "key")', 'permission denied'],
  ])('refuses %s', (_, expression, words) => {
    expect(() => ask(expression, env())).toThrow(words);
  });
  it('needs a token', () => {
    expect(() => ask('vault("a", "b")', {})).toThrow('`VAULT_TOKEN` must be set');
  });
});

describe('aws_secretsmanager', () => {
  const env = () => ({
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });

  it.each([
    ['aws_secretsmanager_raw("two")', '{"a":"x","b":2,"c":{"d":1}}'],
    ['aws_secretsmanager("plain", null)', 'just text'],
    ['aws_secretsmanager("one", "")', 'value'],
    ['aws_secretsmanager("two", "a")', 'x'],
    ['aws_secretsmanager("two", "b")', '2'],
  ])('%s', (expression, text) => {
    const value = ask(expression, env());
    expect([value.text, value.isSensitive]).toEqual([text, true]);
  });
  it('asks in the region of the environment', async () => {
    await server.received();
    ask('aws_secretsmanager_raw("plain")', env());
    const [request] = await server.received();
    expect(request?.headers['authorization']).toContain('/eu-west-1/secretsmanager/');
  });
  it.each([
    ['aws_secretsmanager("two", null)', 'has 3 keys'],
    ['aws_secretsmanager("two", "z")', 'has no key `z`'],
    ['aws_secretsmanager("two", "c")', 'is not a plain value'],
    ['aws_secretsmanager_raw("binary")', 'holds bytes'],
    ['aws_secretsmanager_raw("absent")', 'no such secret here'],
  ])('refuses %s', (expression, words) => {
    expect(() => ask(expression, env())).toThrow(words);
  });
});
