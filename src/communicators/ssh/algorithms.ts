import type { SshTarget } from '../../contract/communicator.js';

/**
 * Ciphers by speed here and in servers: AES-GCM runs in hardware and needs no separate checksum. ChaCha20 is last but
 * for servers that offer nothing else with a checksum of its own, CTR for those older still.
 */
export const CIPHERS = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
] as const;

/** What is offered in the handshake. */
export function offeredAlgorithms(target: Pick<SshTarget, 'ciphers' | 'keyExchangeAlgorithms'>) {
  return {
    cipher: [...(target.ciphers ?? CIPHERS)],
    ...(target.keyExchangeAlgorithms && { kex: [...target.keyExchangeAlgorithms] }),
    compress: ['none'],
  };
}
