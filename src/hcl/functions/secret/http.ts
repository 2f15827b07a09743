import { readFileSync } from 'node:fs';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Certificates by path, as the environments of Vault and Consul name them. */
export interface TlsFiles {
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** False accepts any certificate. */
  readonly verify: boolean;
}

/** Fetches `url`, over the socket file `socketPath` where one is given. Throws for network faults and after a minute. */
export function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  tls: TlsFiles,
  socketPath?: string,
): Promise<HttpAnswer> {
  const options: RequestOptions = { headers, timeout: 60_000, ...(socketPath === undefined ? {} : { socketPath }) };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:' ? requestHttps(url, { ...options, ...readTls(tls) }) : requestHttp(url, options);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`${url.host} did not answer within a minute`)));
    request.on('error', reject);
    request.end();
  });
}

function readTls({ authority, certificate, key, serverName, verify }: TlsFiles) {
  return {
    rejectUnauthorized: verify,
    ...(authority ? { ca: readFileSync(authority) } : {}),
    ...(certificate ? { cert: readFileSync(certificate) } : {}),
    ...(key ? { key: readFileSync(key) } : {}),
    ...(serverName ? { servername: serverName } : {}),
  };
}

/** A switch of the environment: `1`, `t`, `true` in any case; `fallback` where it is unset. */
export function isOn(value: string | undefined, fallback: boolean): boolean {
  return value ? /^(?:1|t|true)$/i.test(value) : fallback;
}
