import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ImgpackError } from '../../../messages/message.js';
import { findEndpoint, type Endpoint } from './endpoint.js';
import { execute, type ExecOptions } from './exec.js';
import { messages } from './messages.js';
import { readProgress } from './progress.js';
import { splitReference } from './reference.js';
import { EngineConnection, EngineError } from './request.js';
import type { ContainerDetails, ContainerSpec, ImageDetails, PathStat, RegistryLogin } from './types.js';

/** Progress of a pull, a push, a build or a load, as text. */
export type OnText = (text: string) => void;

type Body = AsyncIterable<Uint8Array> | Readable;

/** Bit of Go's file modes. */
const IS_DIRECTORY = 0x8000_0000;

export const isDirectory = ({ mode }: PathStat): boolean => mode >= IS_DIRECTORY;

/** A container engine by its API: what imgpack asks of it, and no more. */
export class Engine {
  constructor(readonly connection: EngineConnection) {}

  static at(endpoint: Endpoint, version?: string): Engine {
    return new Engine(new EngineConnection(endpoint, version));
  }

  /** The engine that the environment names. */
  static async from(env: Readonly<Record<string, string | undefined>>): Promise<Engine> {
    return Engine.at(await findEndpoint(env), env['DOCKER_API_VERSION'] || undefined);
  }

  get endpoint(): Endpoint {
    return this.connection.endpoint;
  }

  /** @throws EngineError with status 404 where there is no such image */
  image(name: string): Promise<ImageDetails> {
    const what = `image \`${name}\` cannot be looked at`;
    return this.connection.json('GET', `/images/${encodeName(name)}/json`, { what });
  }

  async findImage(name: string): Promise<ImageDetails | undefined> {
    return this.image(name).catch(absent);
  }

  async pull(image: string, options: PullOptions): Promise<void> {
    const { name, tag } = splitReference(image);
    const { login, platform, signal, onText } = options;
    const response = await this.connection
      .send('POST', '/images/create', {
        query: { fromImage: name, tag: tag ?? 'latest', platform: platform || undefined },
        headers: authHeader(login),
        what: `\`${image}\` could not be pulled`,
        ...(signal && { signal }),
      })
      .catch((error: unknown) => {
        if (error instanceof EngineError) throw new ImgpackError(messages.pullFailed(image, error.reason));
        throw error;
      });
    const { fault } = await readProgress(response, onText, signal);
    if (fault !== undefined) throw new ImgpackError(messages.pullFailed(image, fault));
  }

  async push(image: string, options: PullOptions): Promise<string | undefined> {
    const { name, tag } = splitReference(image);
    const { login, platform, signal, onText } = options;
    const response = await this.connection
      .send('POST', `/images/${encodeName(name)}/push`, {
        query: { tag: tag ?? 'latest', platform: platform ? JSON.stringify(platformJson(platform)) : undefined },
        headers: authHeader(login ?? { serveraddress: '' }),
        what: `\`${image}\` could not be pushed`,
        ...(signal && { signal }),
      })
      .catch((error: unknown) => {
        if (error instanceof EngineError) throw new ImgpackError(messages.pushFailed(image, error.reason));
        throw error;
      });
    const { fault, aux } = await readProgress(response, onText, signal);
    if (fault !== undefined) throw new ImgpackError(messages.pushFailed(image, fault));
    return aux.map(({ Digest }) => Digest).findLast((digest) => typeof digest === 'string') as string | undefined;
  }

  /** @throws ImgpackError `docker/login-failed` */
  async login(login: RegistryLogin, signal?: AbortSignal): Promise<void> {
    const what = 'the login failed';
    try {
      await this.connection.json('POST', '/auth', { json: login, what, ...(signal && { signal }) });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const server = login.serveraddress || 'Docker Hub';
      throw new ImgpackError(messages.loginFailed(server, error.reason), { cause: error });
    }
  }

  /** @returns the id */
  async createContainer(name: string, spec: ContainerSpec, platform?: string, signal?: AbortSignal): Promise<string> {
    const { Id } = await this.connection.json<{ Id: string }>('POST', '/containers/create', {
      query: { name, platform: platform || undefined },
      json: spec,
      what: `a container of \`${spec.Image}\` could not be created`,
      ...(signal && { signal }),
    });
    return Id;
  }

  async startContainer(id: string): Promise<void> {
    await this.connection.json('POST', `/containers/${id}/start`, { what: 'the container could not be started' });
  }

  async stopContainer(id: string, signal?: AbortSignal): Promise<void> {
    const what = 'the container could not be stopped';
    await this.connection.json('POST', `/containers/${id}/stop`, { what, ...(signal && { signal }) });
  }

  async renameContainer(id: string, name: string): Promise<void> {
    const what = `the container could not be named \`${name}\``;
    await this.connection.json('POST', `/containers/${id}/rename`, { query: { name }, what });
  }

  container(id: string): Promise<ContainerDetails> {
    return this.connection.json('GET', `/containers/${id}/json`, { what: 'the container cannot be looked at' });
  }

  /** Waits until it runs no more. @returns its exit code */
  async wait(id: string, signal?: AbortSignal): Promise<number> {
    const { StatusCode } = await this.connection.json<{ StatusCode: number }>('POST', `/containers/${id}/wait`, {
      what: 'the container cannot be waited for',
      ...(signal && { signal }),
    });
    return StatusCode;
  }

  /** Removes it with its anonymous volumes, running or not; nothing happens where it is gone. */
  async removeContainer(name: string, signal?: AbortSignal): Promise<void> {
    await this.connection
      .json('DELETE', `/containers/${name}`, {
        query: { force: true, v: true },
        what: 'the container could not be removed',
        ...(signal && { signal }),
      })
      .catch(absent);
  }

  /** @returns the id of the image */
  async commit(container: string, options: CommitOptions): Promise<string> {
    const { changes = [], author, message, signal } = options;
    const query = new URLSearchParams({ container, pause: 'true' });
    if (author) query.set('author', author);
    if (message) query.set('comment', message);
    for (const change of changes) query.append('changes', change);
    const { Id } = await this.connection.json<{ Id: string }>('POST', `/commit?${query.toString()}`, {
      json: {},
      what: 'the container could not be committed',
      ...(signal && { signal }),
    });
    return Id.startsWith('sha256:') ? Id : `sha256:${Id}`;
  }

  async tag(image: string, repository: string, tag: string | undefined): Promise<void> {
    await this.connection.json('POST', `/images/${encodeName(image)}/tag`, {
      query: { repo: repository, tag },
      what: `\`${image}\` could not be tagged`,
    });
  }

  /** Nothing happens where it is gone. */
  async removeImage(
    name: string,
    options: { readonly force?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.connection
      .json('DELETE', `/images/${encodeName(name)}`, {
        query: { force: options.force },
        what: `image \`${name}\` could not be removed`,
        ...(options.signal && { signal: options.signal }),
      })
      .catch(absent);
  }

  /** Ids of images without a name. */
  async danglingImages(): Promise<string[]> {
    const filters = JSON.stringify({ dangling: ['true'] });
    const images = await this.connection.json<{ Id: string }[]>('GET', '/images/json', {
      query: { filters },
      what: 'the images cannot be listed',
    });
    return images.map(({ Id }) => Id);
  }

  /** The files of a container as a tar archive. */
  export(container: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const what = 'the container could not be exported';
    return this.connection.send('GET', `/containers/${container}/export`, { what, ...(signal && { signal }) });
  }

  /** An image, or several, as an archive that `load` takes. */
  save(names: readonly string[], signal?: AbortSignal): Promise<IncomingMessage> {
    const query = names.map((name) => `names=${encodeURIComponent(name)}`).join('&');
    const what = `\`${names.join(', ')}\` could not be saved`;
    return this.connection.send('GET', `/images/get?${query}`, { what, ...(signal && { signal }) });
  }

  /** @returns what the engine says that it loaded: ids or names */
  async load(archive: Body, signal?: AbortSignal): Promise<string[]> {
    const response = await this.connection.send('POST', '/images/load', {
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
      what: 'the archive could not be loaded',
      ...(signal && { signal }),
    });
    const loaded: string[] = [];
    const { fault } = await readProgress(response, (text) => {
      const name = /^Loaded image(?: ID)?: (.+)$/.exec(text.trim())?.[1];
      if (name !== undefined) loaded.push(name);
    });
    if (fault !== undefined) throw new EngineError('the archive could not be loaded', 500, fault);
    return loaded;
  }

  /** Makes an image of a root file system. @returns its id */
  async import(archive: Body, options: ImportOptions): Promise<string> {
    const { repository, tag, changes = [], platform, message, signal } = options;
    const query = new URLSearchParams({ fromSrc: '-' });
    if (repository) query.set('repo', repository);
    if (tag) query.set('tag', tag);
    if (platform) query.set('platform', platform);
    if (message) query.set('message', message);
    for (const change of changes) query.append('changes', change);
    const response = await this.connection.send('POST', `/images/create?${query.toString()}`, {
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
      what: 'the archive could not be imported',
      ...(signal && { signal }),
    });
    let id = '';
    const { fault } = await readProgress(response, (text) => {
      id = /sha256:[0-9a-f]{64}|^[0-9a-f]{64}$/.exec(text.trim())?.[0] ?? id;
    });
    if (fault !== undefined) throw new EngineError('the archive could not be imported', 500, fault);
    return id;
  }

  /** Writes the entries of a tar archive into a folder of a container. */
  async putArchive(container: string, folder: string, archive: Body, signal?: AbortSignal): Promise<void> {
    await this.connection.json('PUT', `/containers/${container}/archive`, {
      query: { path: folder, noOverwriteDirNonDir: true },
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
      what: `\`${folder}\` of the container could not be written to`,
      ...(signal && { signal }),
    });
  }

  getArchive(container: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    return this.connection.send('GET', `/containers/${container}/archive`, {
      query: { path },
      what: `\`${path}\` of the container cannot be read`,
      ...(signal && { signal }),
    });
  }

  /** What is at a path; undefined where there is nothing. */
  async statPath(container: string, path: string): Promise<PathStat | undefined> {
    const what = `\`${path}\` of the container cannot be looked at`;
    const response = await this.connection
      .send('HEAD', `/containers/${container}/archive`, { query: { path }, what })
      .catch(absent);
    response?.resume();
    const header = response?.headers['x-docker-container-path-stat'];
    if (typeof header !== 'string') return undefined;
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as PathStat;
  }

  /** @returns the exit code; undefined where the container ended first */
  exec(container: string, options: ExecOptions): Promise<number | undefined> {
    return execute(this.connection, container, options);
  }
}

export interface PullOptions {
  readonly login?: RegistryLogin | undefined;
  readonly platform?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onText: OnText;
}

export interface CommitOptions {
  /** Instructions of a Dockerfile. */
  readonly changes?: readonly string[];
  readonly author?: string | undefined;
  readonly message?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface ImportOptions extends Omit<CommitOptions, 'author'> {
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly platform?: string | undefined;
}

function absent(error: unknown): undefined {
  if (error instanceof EngineError && error.status === 404) return undefined;
  throw error;
}

/** Slashes of a name stay: the engine takes the rest of the path as the name. */
const encodeName = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

/** `linux/arm64/v8` as the API has it. */
function platformJson(platform: string): Record<string, string> {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { os, architecture, ...(variant ? { variant } : {}) };
}

export const encodeLogin = (login: unknown): string => Buffer.from(JSON.stringify(login)).toString('base64url');

const authHeader = (login: RegistryLogin | undefined): Record<string, string> =>
  login ? { 'X-Registry-Auth': encodeLogin(login) } : {};
