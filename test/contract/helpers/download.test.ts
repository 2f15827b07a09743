import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseChecksum, type ChecksumOption } from '../../../src/contract/helpers/checksum.js';
import { obtainFile, type DownloadContext } from '../../../src/contract/helpers/download.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { MemoryResources } from '../../support/memory-resources.js';

const BODY = Buffer.alloc(300_000, 'imgpack ');
const SHA256 = createHash('sha256').update(BODY).digest('hex');
const WRONG = '0'.repeat(64);

let folder: string;
let server: Server;
let base: string;
let requests: { readonly method?: string; readonly url?: string; readonly headers: IncomingMessage['headers'] }[];
let answer: RequestListener;
let said: string[];
let abort: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-download-'));
  requests = [];
  said = [];
  abort = new AbortController();
  answer = serveRanges(BODY);
  server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const serveRanges =
  (body: Buffer, etag = '"v1"'): RequestListener =>
  (request, response) => {
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const valid = start > 0 && (request.headers['if-range'] ?? etag) === etag;
    const part = valid ? body.subarray(start) : body;
    response.writeHead(valid ? 206 : 200, { etag, 'accept-ranges': 'bytes', 'content-length': part.length });
    return response.end(part);
  };

const context = (env: Record<string, string> = {}): DownloadContext => ({
  env,
  workingDirectory: folder,
  cacheDirectory: join(folder, 'cache'),
  temporaryDirectory: folder,
  now: () => new Date(0),
  signal: abort.signal,
  resources: new MemoryResources(),
  say: (text) => said.push(text.replaceAll(folder, '').replaceAll(base, '')),
  log: () => undefined,
  progress: () => undefined,
});

const obtain = (
  locations: string[],
  checksum = `sha256:${SHA256}`,
  more: { targetPath?: string; env?: Record<string, string> } = {},
) =>
  obtainFile(
    {
      locations,
      checksum: parseChecksum(checksum, folder) as ChecksumOption,
      extension: 'ISO',
      ...(more.targetPath !== undefined && { targetPath: more.targetPath }),
    },
    context(more.env),
  );

const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ImgpackError ? [error.code, ...error.details] : error;
};

const cached = (key: string) => join(folder, 'cache', `${createHash('sha1').update(key).digest('hex')}.iso`);

describe('a local file', () => {
  it('is used where it is, under any spelling of its place', async () => {
    const path = join(folder, 'disk.img');
    await writeFile(path, BODY);
    for (const location of [path, 'disk.img', './disk.img', `file://${path}`, 'file://disk.img']) {
      expect(await obtain([location])).toMatchObject({ path, location });
    }
  });

  it('that is missing is named', async () => {
    expect(await codeOf(obtain(['nowhere.img']))).toEqual(['download/file-missing']);
  });

  it('with another checksum is refused and left alone', async () => {
    await writeFile(join(folder, 'disk.img'), BODY);
    expect(await codeOf(obtain(['disk.img'], `sha256:${WRONG}`))).toEqual(['download/checksum-differs']);
    expect(await readFile(join(folder, 'disk.img'))).toEqual(BODY);
  });

  it('is hashed again when it changed in place', async () => {
    const path = join(folder, 'disk.img');
    await writeFile(path, BODY);
    await obtain([path]);
    await writeFile(path, Buffer.alloc(BODY.length, 'x'));
    expect(await codeOf(obtain([path]))).toEqual(['download/checksum-differs']);
  });

  it('is found in a list beside it', async () => {
    await writeFile(join(folder, 'disk.img'), BODY);
    await writeFile(join(folder, 'SUMS'), `${SHA256}  disk.img`);
    expect(await obtain(['disk.img'], 'file:SUMS')).toMatchObject({ digest: { kind: 'sha256', hex: SHA256 } });
  });
});

describe('a remote file', () => {
  it('lands in the cache under the hash of its checksum, so that a mirror is the same entry', async () => {
    const first = await obtain([`${base}/a/disk.img`]);
    expect(first.path).toBe(cached(`sha256:${SHA256}`));
    expect(await readFile(first.path)).toEqual(BODY);
    expect(await obtain([`${base}/mirror/b`])).toMatchObject({ path: first.path });
    expect(requests.map(({ url }) => url)).toEqual(['/a/disk.img']);
    expect(said).toEqual(['downloading /a/disk.img', `using ${first.path.replace(folder, '')} from the cache`]);
  });

  it('leaves nothing else than itself and what is known of it', async () => {
    await obtain([`${base}/disk.img`]);
    const name = cached(`sha256:${SHA256}`).split('/').at(-1) as string;
    expect((await readdir(join(folder, 'cache'))).sort()).toEqual([name, `${name}.meta`, 'verified']);
  });

  it('is stored at a path with an extension, or below one without', async () => {
    expect((await obtain([`${base}/i`], undefined, { targetPath: 'k/my.qcow2' })).path).toBe(
      join(folder, 'k/my.qcow2'),
    );
    const below = await obtain([`${base}/i`], undefined, { targetPath: 'k' });
    expect(below.path).toBe(join(folder, 'k', cached(`sha256:${SHA256}`).split('/').at(-1) as string));
  });

  it('is found by redirects', async () => {
    answer = (request, response) =>
      request.url === '/real'
        ? serveRanges(BODY)(request, response)
        : response.writeHead(302, { location: '/real' }).end();
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
  });

  it('that redirects for ever is given up', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await codeOf(obtain([`${base}/i`]))).toEqual(['download/failed', `${base}/i: more than 10 redirects`]);
  });

  it('with the wrong checksum is deleted, and the next location is tried', async () => {
    answer = (request, response) => serveRanges(request.url === '/bad' ? Buffer.from('bad') : BODY)(request, response);
    const { path, location } = await obtain([`${base}/bad`, `${base}/good`]);
    expect(location).toBe(`${base}/good`);
    expect(await readFile(path)).toEqual(BODY);
  });

  it('that no location delivers is an error with a line for each', async () => {
    answer = (request, response) => {
      if (request.url === '/gone') response.writeHead(404).end();
      else serveRanges(Buffer.from('bad'))(request, response);
    };
    const bad = createHash('sha256').update('bad').digest('hex');
    expect(await codeOf(obtain([`${base}/gone`, `${base}/bad`]))).toEqual([
      'download/failed',
      `${base}/gone: the server answered with status 404`,
      `${base}/bad: \`${base}/bad\` has the sha256 checksum ${bad}, not ${SHA256}`,
    ]);
    expect((await readdir(join(folder, 'cache'))).filter((name) => name.endsWith('.iso'))).toEqual([]);
  });

  it('goes on where a transfer broke', async () => {
    let broken = false;
    answer = (request, response) => {
      if (broken) return serveRanges(BODY)(request, response);
      broken = true;
      response.writeHead(200, { etag: '"v1"', 'content-length': BODY.length });
      response.write(BODY.subarray(0, 100_000), () => response.socket?.end());
    };
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
    expect(requests.map(({ headers }) => headers.range?.replace(/\d+/, (n) => (Number(n) > 0 ? 'N' : n)))).toEqual([
      undefined,
      'bytes=N-',
    ]);
  });

  it('goes on where an earlier run broke off', async () => {
    const path = cached(`sha256:${SHA256}`);
    await obtain([`${base}/i`]);
    await rm(path);
    await writeFile(`${path}.part`, BODY.subarray(0, 200_000));
    requests = [];
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
    expect(requests.map(({ headers }) => [headers.range, headers['if-range']])).toEqual([['bytes=200000-', '"v1"']]);
  });

  it('is fetched as a whole where the earlier part does not fit', async () => {
    const path = cached(`sha256:${SHA256}`);
    await obtain([`${base}/i`]);
    await rm(path);
    await writeFile(`${path}.part`, Buffer.alloc(1000, 'x'));
    requests = [];
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
    expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=1000-', undefined]);
  });

  it('is fetched as a whole where the server has a newer one', async () => {
    const path = cached(`sha256:${SHA256}`);
    await obtain([`${base}/i`]);
    await rm(path);
    await writeFile(`${path}.part`, Buffer.alloc(1000, 'x'));
    answer = serveRanges(BODY, '"v2"');
    requests = [];
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
    expect(requests).toHaveLength(1);
  });

  it('without a checksum is asked for again, and kept when it has not changed', async () => {
    const first = await obtain([`${base}/i`], 'none');
    expect(first.path).toBe(cached(`${base}/i`));
    await obtain([`${base}/i`], 'none');
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"']);
    answer = serveRanges(Buffer.from('new'), '"v2"');
    expect(await readFile((await obtain([`${base}/i`], 'none')).path, 'utf8')).toBe('new');
  });

  it('damaged in the cache is fetched again', async () => {
    const { path } = await obtain([`${base}/i`]);
    await writeFile(path, 'damaged');
    expect(await readFile((await obtain([`${base}/i`])).path)).toEqual(BODY);
  });

  it('may bring its own checksum in the URL, which is not sent', async () => {
    const { digest } = await obtain([`${base}/i?a=1&checksum=sha256:${SHA256}`], `sha256:${WRONG}`);
    expect(digest?.hex).toBe(SHA256);
    expect(requests[0]?.url).toBe('/i?a=1');
  });

  it('is found in a remote list', async () => {
    answer = (request, response) =>
      request.url === '/d/SUMS' ? response.end(`${SHA256} *disk.img\n`) : serveRanges(BODY)(request, response);
    expect((await obtain([`${base}/d/disk.img`], `file:${base}/d/SUMS`)).path).toBe(cached(`sha256:${SHA256}`));
  });

  it('that is not in its list, or whose list is missing, is an error', async () => {
    answer = (request, response) => {
      if (request.url === '/SUMS') response.end(`${SHA256}  other\n`);
      else response.writeHead(404).end();
    };
    expect(await codeOf(obtain([`${base}/i`], `file:${base}/SUMS`))).toEqual(['checksum/not-listed']);
    expect(await codeOf(obtain([`${base}/i`], `file:${base}/NONE`))).toEqual(['checksum-list/unreadable']);
  });

  it('is downloaded once by two builds at the same time', async () => {
    const [a, b] = await Promise.all([obtain([`${base}/i`]), obtain([`${base}/j`])]);
    expect(a.path).toBe(b.path);
    expect(requests).toHaveLength(1);
  });

  it('stops when the build is cancelled', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': BODY.length });
      response.write(BODY.subarray(0, 1000), () => abort.abort());
    };
    const error = await obtain([`${base}/i`]).catch((reason: unknown) => reason);
    expect((error as Error).name).toBe('CancelledError');
  });

  it('sends the login of the URL, and that of netrc', async () => {
    await writeFile(join(folder, 'netrc'), 'machine 127.0.0.1 login me password secret');
    await obtain([`${base.replace('//', '//user:pa%40ss@')}/i`], 'none');
    await obtain([`${base}/j`], 'none', { env: { NETRC: join(folder, 'netrc') } });
    const sent = requests.map(({ headers }) =>
      Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString(),
    );
    expect(sent).toEqual(['user:pa@ss', 'me:secret']);
  });

  it('comes through the proxy of the environment', async () => {
    await obtain(['http://images.invalid/i'], undefined, { env: { http_proxy: base } });
    expect(requests.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['http://images.invalid/i', 'images.invalid'],
    ]);
  });
});

it('names a scheme that is not supported', async () => {
  expect(await codeOf(obtain(['s3://bucket/i']))).toEqual(['download/scheme-unsupported']);
  expect(await codeOf(obtain(['git::ssh://h/i']))).toEqual(['download/scheme-unsupported']);
});
