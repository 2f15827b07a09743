import { catalogue } from './message.js';

/** What the store of checkpoints says. */
export const cacheMessages = catalogue('cache', {
  newer: (folder: string, version: string) => ({
    text: `the cache \`${folder}\` has format ${version}, which a newer imgpack wrote`,
    hint: 'use that version of imgpack, or set IMGPACK_CACHE_DIR to another folder',
  }),
  notACache: (folder: string, found: string) => ({
    text: `\`${folder}\` is not a cache of imgpack: it holds \`${found}\``,
    hint: 'name a folder that is empty or does not exist yet, with IMGPACK_CACHE_DIR',
  }),
  full: (folder: string) => ({
    text: `there is no room left for the cache \`${folder}\``,
    hint: 'run `imgpack cache prune`, make room on the file system, or set IMGPACK_CACHE_DIR to a folder on another one',
  }),
  notPermitted: (folder: string, reason: string) => ({
    text: `the cache \`${folder}\` cannot be used: ${reason}`,
    hint: 'give this user the right to write there, or set IMGPACK_CACHE_DIR to another folder',
  }),
  failed: (folder: string, reason: string) => ({
    text: `the cache \`${folder}\` cannot be used: ${reason}`,
    hint: 'check the file system, or set IMGPACK_CACHE_DIR to another folder',
  }),
  waiting: (folder: string, pid: number) => ({
    text: `waiting for process ${pid}, which uses the cache \`${folder}\``,
  }),
  notDestroyed: (key: string, reason: string) => ({
    text: `what belongs to the removed checkpoint \`${key}\` could not be removed: ${reason}; the next \`imgpack cache prune\` tries again`,
  }),
  overLimit: (size: string, limit: string) => ({
    text: `the cache holds ${size}, more than its limit of ${limit}, and all of it is in use`,
    hint: 'IMGPACK_CACHE_SIZE sets the limit',
  }),
  liveTarget: (folder: string) => ({
    text: `\`${folder}\` is a cache in use, not an export`,
    hint: 'export to another folder, or to a `.tar` file',
  }),
  unknownArchive: (path: string) => ({
    text: `\`${path}\` is neither a folder nor a kind of archive that imgpack writes`,
    hint: 'end its name in `.tar` or `.tar.gz`, or name a folder',
  }),
  noExport: (path: string, reason: string) => ({
    text: `\`${path}\` is not an export of a cache: ${reason}`,
    hint: '`imgpack cache export` makes one',
  }),
  notWritten: (path: string, reason: string) => ({
    text: `\`${path}\` cannot be written: ${reason}`,
    hint: 'make room, or choose another path',
  }),
  noSuchKey: (prefix: string) => ({
    text: `no checkpoint has a key that begins with \`${prefix}\``,
    hint: '`imgpack cache list` lists them',
  }),
  severalKeys: (prefix: string, keys: readonly string[]) => ({
    text: `${keys.length} checkpoints have keys that begin with \`${prefix}\``,
    hint: `write more of it: ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}`,
  }),
  damagedImport: (path: string, count: number) => ({
    text: `${count} ${count === 1 ? 'checkpoint' : 'checkpoints'} of \`${path}\` ${count === 1 ? 'is' : 'are'} damaged and left out`,
    hint: 'export once more where they come from; the steps are done again where a checkpoint is missing',
  }),
  otherSecret: (count: number) => ({
    text: `${count} imported ${count === 1 ? 'checkpoint depends' : 'checkpoints depend'} on a secret and cannot be found here, because this cache has another key for secrets`,
    hint: 'an export brings its key only into a cache that is empty',
  }),
});
