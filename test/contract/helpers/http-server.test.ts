import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveUntilUndone, startHttpServer, type HttpServer } from '../../../src/contract/helpers/http-server.js';
import { MemoryResources } from '../../support/memory-resources.js';

let folder: string;
let server: HttpServer;
let logged: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-http-'));
  logged = [];
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const serve = async (served: Parameters<typeof startHttpServer>[0]) => {
  server = await startHttpServer(served, { host: '127.0.0.1', port: 0, log: (text) => logged.push(text) });
};

/** As it goes over the wire: `fetch` would resolve `..` itself. */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status?: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });

describe('a folder', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'www/sub dir'), { recursive: true });
    await writeFile(join(folder, 'www/preseed.cfg'), '0123456789');
    await writeFile(join(folder, 'www/sub dir/<a>.txt'), 'a');
    await writeFile(join(folder, 'secret'), 'secret');
    await serve({ directory: join(folder, 'www') });
  });

  it('gives files', async () => {
    expect(await get('/preseed.cfg')).toMatchObject({
      status: 200,
      body: '0123456789',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '10' },
    });
    expect(await get('/sub%20dir/%3Ca%3E.txt?x=1')).toMatchObject({ status: 200, body: 'a' });
  });

  it.each([
    ['bytes=2-4', 206, '234'],
    ['bytes=7-', 206, '789'],
    ['bytes=-2', 206, '89'],
    ['bytes=5-99', 206, '56789'],
    ['bytes=20-', 416, ''],
    ['lines=1-2', 200, '0123456789'],
  ])('gives the range %s', async (range, status, body) => {
    expect(await get('/preseed.cfg', { range })).toMatchObject({ status, body });
  });

  it('lists what is in it', async () => {
    const { body } = await get('/');
    expect(body).toContain('<a href="./preseed.cfg">preseed.cfg</a>');
    expect(body).toContain('<a href="./sub%20dir/">sub dir/</a>');
    expect((await get('/sub%20dir/')).body).toContain('<a href="./%3Ca%3E.txt">&#60;a&#62;.txt</a>');
  });

  it('sends a folder without a slash on', async () => {
    expect(await get('/sub%20dir')).toMatchObject({ status: 301, headers: { location: '/sub%20dir/' } });
  });

  it('shows index.html instead of a listing', async () => {
    await writeFile(join(folder, 'www/index.html'), 'hello');
    expect((await get('/')).body).toBe('hello');
  });

  it.each(['/../secret', '/%2e%2e/secret', '/sub%20dir/../../secret', '/..%2fsecret'])(
    'lets nobody out by %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, body: '' });
    },
  );

  it('refuses what is no question', async () => {
    expect((await get('/preseed.cfg', {}, 'POST')).status).toBe(405);
    expect((await get('/%zz')).status).toBe(400);
    expect(await get('/preseed.cfg', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('logs every request', async () => {
    await get('/preseed.cfg');
    await get('/nothing');
    expect(logged).toEqual(['GET /preseed.cfg 200', 'GET /nothing 404']);
  });
});

describe('texts', () => {
  beforeEach(() => serve({ content: { '/ks.cfg': 'text', '/a/meta-data': '' } }));

  it('are found by their path', async () => {
    expect(await get('/ks.cfg')).toMatchObject({ status: 200, body: 'text' });
    expect(await get('//a/./meta-data')).toMatchObject({ status: 200, body: '' });
  });

  it('are suggested where a path is nearly right', async () => {
    expect(await get('/b/ks.cfg')).toMatchObject({ status: 404, body: 'did you mean /ks.cfg?\n' });
    expect(await get('/toString')).toMatchObject({ status: 404, body: '' });
  });
});

it('ends when it is undone', async () => {
  const resources = new MemoryResources();
  await serve({ content: {} });
  await server.close();
  await serveUntilUndone(
    resources,
    { content: { '/x': 'x' } },
    { host: '127.0.0.1', port: server.port, log: () => undefined },
  );
  expect((await get('/x')).body).toBe('x');
  expect(resources.left()).toEqual([`web server on port ${server.port}`]);
  await resources.undo();
  await expect(get('/x')).rejects.toThrow('ECONNREFUSED');
});
