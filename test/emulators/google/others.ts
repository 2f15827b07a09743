import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';
import type { Instances } from './state/instances.js';

export interface Other {
  readonly status: number;
  readonly body: object | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a build uses of Google beside Compute Engine: tokens, OS Login, buckets, secrets, parameters, permissions. */
export class Others {
  /** Keys of OS Login by the account. */
  readonly keys = new Map<string, Map<string, { key: string; expirationTimeUsec?: string }>>();
  /** Objects by `bucket/name`. */
  readonly objects = new Map<string, Buffer>();
  /** Payloads by their resource name. */
  readonly secrets = new Map<string, { data: string; crc?: string }>();
  readonly parameters = new Map<string, { format: string; payload: string }>();
  /** Permissions that the caller lacks. */
  readonly denied = new Set<string>();
  /** Whose tokens are asked about. */
  email = 'builder@p.iam.gserviceaccount.com';
  private readonly uploads = new Map<string, string>();

  constructor(private readonly instances: Instances) {}

  answer(request: IncomingMessage, url: URL, body: Buffer): Other {
    const path = url.pathname;
    const of = (pattern: RegExp): (string | undefined)[] | undefined =>
      pattern
        .exec(path)
        ?.slice(1)
        .map((it: string | undefined) => (it === undefined ? it : decodeURIComponent(it)));
    const json = (): Record<string, unknown> => JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>;
    const verb = request.method ?? 'GET';
    if (path.startsWith('/computeMetadata/')) return this.metadataServer(path);
    if (path === '/token' || path.endsWith('/token'))
      return ok({ access_token: 'exchanged', expires_in: 3600, token_type: 'Bearer' });
    if (path === '/oauth2/v2/tokeninfo' || path === '/tokeninfo') return ok({ email: this.email, expires_in: 3000 });
    const impersonated = of(/\/serviceAccounts\/([^/:]+):generateAccessToken$/);
    if (impersonated)
      return ok({ accessToken: `as-${impersonated[0]}`, expireTime: new Date(Date.now() + 3_600_000).toISOString() });
    const imports = of(/^\/v1\/users\/([^/:]+):importSshPublicKey$/);
    if (imports && verb === 'POST') return this.importKey(imports[0] as string, json());
    const key = of(/^\/v1\/users\/([^/:]+)\/sshPublicKeys\/(\w+)$/);
    if (key && verb === 'DELETE') {
      if (!this.keys.get(key[0] as string)?.delete(key[1] as string)) throw missing(path);
      return ok({});
    }
    const secret = of(/^\/v1\/(projects\/[^/]+\/secrets\/[^/]+\/versions\/[^/]+):access$/);
    if (secret) return this.secret(secret[0] as string);
    const parameter = of(
      /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/parameters\/[^/]+)(?:\/versions\/([^/:]+):render)?$/,
    );
    if (parameter) return this.parameter(parameter[0] as string, parameter[1]);
    const permissions = of(/^\/v1\/projects\/([^/:]+):testIamPermissions$/);
    if (permissions)
      return ok({ permissions: (json()['permissions'] as string[]).filter((it) => !this.denied.has(it)) });
    return this.storage(verb, url, request, body);
  }

  private metadataServer(path: string): Other {
    const headers = { 'metadata-flavor': 'Google' };
    if (path.endsWith('/token'))
      return { ...ok({ access_token: 'of-the-machine', expires_in: 3600, token_type: 'Bearer' }), headers };
    const texts: Record<string, string> = { 'project-id': 'p', email: this.email, 'universe-domain': 'googleapis.com' };
    return { status: 200, body: Buffer.from(texts[path.split('/').pop() ?? ''] ?? 'instance/\n'), headers };
  }

  private importKey(account: string, { key = '', expirationTimeUsec }: Record<string, unknown>): Other {
    const name = createHash('sha256').update(String(key)).digest('hex');
    const keys = this.keys.get(account) ?? new Map<string, { key: string }>();
    keys.set(name, {
      key: String(key),
      ...(expirationTimeUsec !== undefined && { expirationTimeUsec: String(expirationTimeUsec) }),
    });
    this.keys.set(account, keys);
    this.instances.onMetadata({
      name: '',
      id: '',
      selfLink: '',
      metadata: { items: [{ key: 'ssh-keys', value: `u:${String(key)}` }] },
    });
    const username = `sa_${createHash('sha256').update(account).digest('hex').slice(0, 8)}`;
    return ok({ loginProfile: { name: account, posixAccounts: [{ primary: true, username, uid: '1001' }] } });
  }

  private secret(name: string): Other {
    const found = this.secrets.get(name);
    if (!found) throw missing(name);
    return ok({
      name,
      payload: { data: Buffer.from(found.data).toString('base64'), ...(found.crc && { dataCrc32c: found.crc }) },
    });
  }

  private parameter(name: string, version: string | undefined): Other {
    const found = this.parameters.get(name);
    if (!found) throw missing(name);
    if (version === undefined) return ok({ name, format: found.format });
    return ok({
      parameterVersion: `${name}/versions/${version}`,
      renderedPayload: Buffer.from(found.payload).toString('base64'),
    });
  }

  private storage(verb: string, url: URL, request: IncomingMessage, body: Buffer): Other {
    const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname);
    const session = url.searchParams.get('upload_id');
    if (upload && verb === 'POST') {
      const id = String(this.uploads.size + 1);
      this.uploads.set(id, `${upload[1]}/${url.searchParams.get('name')}`);
      return {
        status: 200,
        body: {},
        headers: { location: `http://${request.headers.host}/upload/storage/v1/b/${upload[1]}/o?upload_id=${id}` },
      };
    }
    if (upload && session !== null && verb === 'PUT') {
      const name = this.uploads.get(session) ?? '';
      const range = /bytes (\d+)-(\d+)\/(\d+|\*)/.exec(String(request.headers['content-range'] ?? ''));
      this.objects.set(
        name,
        Buffer.concat([
          range && range[1] !== '0' ? (this.objects.get(name) ?? Buffer.alloc(0)) : Buffer.alloc(0),
          body,
        ]),
      );
      const received = this.objects.get(name)?.length ?? 0;
      if (range && range[3] !== '*' && received < Number(range[3]))
        return { status: 308, body: {}, headers: { range: `bytes=0-${received - 1}` } };
      const [bucket = '', ...rest] = name.split('/');
      const object = encodeURIComponent(rest.join('/'));
      return ok({
        bucket,
        name: rest.join('/'),
        selfLink: `https://www.googleapis.com/storage/v1/b/${bucket}/o/${object}`,
      });
    }
    const object = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/.exec(url.pathname);
    if (object && verb === 'DELETE') {
      if (!this.objects.delete(`${object[1]}/${decodeURIComponent(object[2] ?? '')}`)) throw missing(url.pathname);
      return { status: 204, body: Buffer.alloc(0) };
    }
    throw missing(url.pathname);
  }
}

const ok = (body: object): Other => ({ status: 200, body });
const missing = (path: string): Refusal => new Refusal(404, 'notFound', `${path} is not there`);
