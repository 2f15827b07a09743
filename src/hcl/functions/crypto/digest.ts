import { createHash } from 'node:crypto';
import { stringFunction } from '../define.js';

function digest(algorithm: string) {
  return stringFunction(algorithm, `the ${algorithm} digest of a text in hexadecimal digits`, (text) =>
    createHash(algorithm).update(text).digest('hex'),
  );
}

export const md5 = digest('md5');
export const sha1 = digest('sha1');
export const sha256 = digest('sha256');
export const sha512 = digest('sha512');
