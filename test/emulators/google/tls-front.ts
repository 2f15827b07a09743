import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { GoogleCloud } from './server.js';

/**
 * A proxy that plays Google for clients which know no other address: it takes every tunnel, ends its TLS with a certificate
 * of an authority of its own, and hands the requests to the stand-in.
 */
export class TlsFront {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly proxy: Server,
    private readonly secure: ReturnType<typeof createSecureServer>,
    /** The file of the authority, for `SSL_CERT_FILE`. */
    readonly authority: string,
    readonly hosts: string[],
  ) {}

  /** @param folder where keys and certificates are written */
  static async start(cloud: GoogleCloud, folder: string): Promise<TlsFront> {
    const authority = makeCertificates(folder);
    const secure = createSecureServer(
      { key: readFileSync(join(folder, 'leaf.key')), cert: readFileSync(join(folder, 'leaf.pem')) },
      (request, response) => cloud.serve(request, response),
    );
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const proxy = createServer((_request, response) => void response.writeHead(405).end());
    const front = new TlsFront(proxy, secure, authority, []);
    proxy.on('connect', (request, socket: Socket) => {
      front.hosts.push(request.url ?? '');
      const inner = connect((secure.address() as { port: number }).port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        inner.pipe(socket).pipe(inner);
      });
      for (const it of [inner, socket]) {
        front.sockets.add(it);
        it.on('error', () => it.destroy()).on('close', () => front.sockets.delete(it));
      }
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.secure.closeAllConnections();
    this.proxy.close();
    this.secure.close();
    await Promise.all([once(this.proxy, 'close'), once(this.secure, 'close')]);
  }
}

function makeCertificates(folder: string): string {
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...ec, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=googleapis.com');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:googleapis.com,DNS:*.googleapis.com\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'leaf.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names',
    '-out',
    'leaf.pem',
  );
  return join(folder, 'ca.pem');
}
