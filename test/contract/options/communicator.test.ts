import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTunnel } from '../../../src/contract/helpers/tunnel.js';
import {
  communicatorOptions,
  sshTargetFrom,
  temporaryKeyPair,
  validateCommunicator,
  type CommunicatorConfig,
} from '../../../src/contract/options/communicator.js';
import { failure } from '../../support/connecting.js';
import { decodedConfig } from '../../support/decoded-config.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-options-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'locked', '-f', join(folder, 'locked')]);
  writeFileSync(join(folder, 'junk'), 'junk');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Given = Partial<CommunicatorConfig>;
const config = (given: Given): CommunicatorConfig =>
  decodedConfig({ attributes: communicatorOptions }, given as never) as CommunicatorConfig;
const surroundings = () => ({ env: { HOME: folder }, workingDirectory: folder, now: () => new Date() });
const problems = (given: Given, needsHost = false, canInjectKey = true) =>
  validateCommunicator(config(given), { needsHost, canInjectKey, environment: surroundings() }).map(
    ({ option, message }) => `${option ?? '-'}: ${message.code.replace('communicator/', '')}`,
  );
const target = (given: Given, known: Parameters<typeof sshTargetFrom>[1] = {}) =>
  sshTargetFrom(config(given), known, surroundings());

describe('options of the communicator', () => {
  it.each<[Given, string[]]>([
    [{ ssh_username: 'u' }, []],
    [{}, ['-: username-missing']],
    [{ communicator: 'none' }, []],
    [{ communicator: 'winrm' }, ['-: username-missing']],
    [{ ssh_username: 'u', ssh_private_key_file: 'key' }, []],
    [{ ssh_username: 'u', ssh_private_key_file: '~/key' }, []],
    [{ ssh_username: 'u', ssh_private_key_file: 'none' }, ['ssh_private_key_file: key-unreadable']],
    [{ ssh_username: 'u', ssh_private_key_file: 'junk' }, ['ssh_private_key_file: key-invalid']],
    [{ ssh_username: 'u', ssh_private_key_file: 'locked' }, ['ssh_private_key_file: key-invalid']],
    [{ ssh_username: 'u', ssh_certificate_file: 'junk' }, ['ssh_certificate_file: certificate-without-key']],
    [
      { ssh_username: 'u', ssh_private_key_file: 'key', ssh_certificate_file: 'junk' },
      ['ssh_certificate_file: certificate-invalid'],
    ],
    [{ ssh_username: 'u', ssh_bastion_host: 'b' }, ['ssh_bastion_host: bastion-authentication-missing']],
    [{ ssh_username: 'u', ssh_bastion_host: 'b', ssh_private_key_file: 'key' }, []],
    [{ ssh_username: 'u', ssh_bastion_host: 'b', ssh_bastion_agent_auth: true }, []],
    [
      { ssh_username: 'u', ssh_bastion_host: 'b', ssh_bastion_private_key_file: 'junk' },
      ['ssh_bastion_private_key_file: key-invalid'],
    ],
    [
      { ssh_username: 'u', ssh_bastion_host: 'b', ssh_bastion_password: 'p', ssh_proxy_host: 'p' },
      ['ssh_proxy_host: bastion-and-proxy'],
    ],
    [{ ssh_username: 'u', ssh_local_tunnels: ['1:h:2', '1:2'] }, ['ssh_local_tunnels: tunnel-invalid']],
    [{ ssh_username: 'u', ssh_remote_tunnels: ['x'] }, ['ssh_remote_tunnels: tunnel-invalid']],
    [{ ssh_username: 'u', ssh_port: 70_000 }, ['ssh_port: port-invalid']],
    [
      { ssh_username: 'u', temporary_key_pair_type: 'rsa', temporary_key_pair_bits: 512 },
      ['temporary_key_pair_bits: key-size-invalid'],
    ],
    [
      { ssh_username: 'u', temporary_key_pair_type: 'ecdsa', temporary_key_pair_bits: 1024 },
      ['temporary_key_pair_bits: key-size-invalid'],
    ],
    [{ ssh_username: 'u', temporary_key_pair_type: 'dsa' }, ['temporary_key_pair_type: key-type-obsolete']],
  ])('%j: %j', (given, expected) => {
    expect(problems(given)).toEqual(expected);
  });

  it('are more where the builder knows neither host nor key', () => {
    expect(problems({ ssh_username: 'u' }, true, false)).toEqual(['-: host-missing', '-: authentication-missing']);
    expect(
      problems({ ssh_username: 'u', ssh_host: 'h', ssh_password: 'p', ssh_agent_auth: true }, true, false),
    ).toEqual(['-: authentication-twice']);
    expect(problems({ communicator: 'winrm', winrm_username: 'u' }, true, false)).toEqual([
      '-: host-missing',
      '-: password-missing',
    ]);
  });

  it.each([
    [{}, { type: 'ed25519' }],
    [{ temporary_key_pair_bits: 2048 }, { type: 'rsa', bits: 2048 }],
    [{ temporary_key_pair_type: 'rsa' }, { type: 'rsa', bits: 4096 }],
    [{ temporary_key_pair_type: 'ecdsa' }, { type: 'ecdsa', bits: 521 }],
    [{ temporary_key_pair_type: 'ed25519', temporary_key_pair_bits: 256 }, { type: 'ed25519' }],
  ] as [Given, object][])('choose the temporary key: %j is %j', (given, expected) => {
    expect(temporaryKeyPair(config(given))).toEqual(expected);
  });
});

describe('the target of a login', () => {
  it('has the defaults of the options', () => {
    expect(target({ ssh_username: 'u' }, { host: 'h' })).toEqual({
      type: 'ssh',
      host: 'h',
      port: 22,
      username: 'u',
      privateKeys: [],
      agent: false,
      agentForwarding: true,
      pty: false,
      timeout: 300_000,
      handshakeAttempts: 10,
      keepAliveInterval: 5000,
      readWriteTimeout: 0,
      fileTransfer: 'scp',
      remoteTunnels: [],
      localTunnels: [],
      pauseBeforeConnecting: 0,
    });
  });

  it.each([
    [{ ssh_timeout: 60_000 }, 60_000, undefined],
    [{ ssh_handshake_attempts: 3 }, undefined, 3],
    [{ ssh_timeout: 60_000, ssh_handshake_attempts: 3 }, 60_000, 3],
    [{ ssh_wait_timeout: 1000 }, 1000, 10],
    [{ ssh_wait_timeout: 1000, ssh_timeout: 60_000 }, 1000, undefined],
  ] as [Given, number | undefined, number | undefined][])(
    'limits %j to %s ms and %s attempts',
    (given, timeout, attempts) => {
      const { timeout: limit, handshakeAttempts } = target(given);
      expect([limit, handshakeAttempts]).toEqual([timeout, attempts]);
    },
  );

  it('tries the key of the template before those of the builder, at the forwarded port', () => {
    const key = readFileSync(join(folder, 'key'), 'utf8');
    const found = target(
      { ssh_private_key_file: 'key', ssh_port: 2200 },
      { host: 'h', port: 4444, privateKeys: ['other', key] },
    );
    expect(found).toMatchObject({ port: 4444, privateKeys: [key, 'other'] });
    expect(target({ ssh_host: 'mine', ssh_port: 2200 }, { host: 'h' })).toMatchObject({ host: 'mine', port: 2200 });
  });

  it('gives the bastion the key of the machine where it has none of its own', () => {
    const key = readFileSync(join(folder, 'key'), 'utf8');
    const { bastion } = target({ ssh_private_key_file: 'key', ssh_bastion_host: 'b', ssh_bastion_username: 'me' });
    expect(bastion).toEqual({
      host: 'b',
      port: 22,
      username: 'me',
      privateKeys: [key],
      agent: false,
      interactive: false,
    });
  });

  it('fails with the option where a key cannot be used', async () => {
    const error = await failure(Promise.resolve().then(() => target({ ssh_private_key_file: 'locked' })));
    expect(error.message).toBe(
      '`locked` of `ssh_private_key_file` is not a usable private key: it is locked with a passphrase',
    );
  });
});

describe('a tunnel', () => {
  it.each([
    ['8080:example.org:80', { port: 8080, host: 'example.org', hostPort: 80 }],
    ['0:[::1]:22', { port: 0, host: '::1', hostPort: 22 }],
    ['8080:80', undefined],
    ['a:b:c', undefined],
    ['1:h:70000', undefined],
    ['1:h:0', undefined],
    ['1:a:b:2', undefined],
  ])('%s is %j', (text, tunnel) => {
    expect(parseTunnel(text)).toEqual(tunnel);
  });
});
