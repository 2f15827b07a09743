import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const imgpack = join(root, 'bin/imgpack');

/** How a command ended, whole. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for one test, with a home and a state folder beside the working directory. */
export class Workplace {
  private constructor(private readonly base: string) {}

  static async make(files: Readonly<Record<string, string>> = {}): Promise<Workplace> {
    const place = new Workplace(await mkdtemp(join(tmpdir(), 'imgpack-test-')));
    await mkdir(place.folder);
    await mkdir(join(place.base, 'home'));
    await mkdir(join(place.base, 'tmp'));
    for (const [name, text] of Object.entries(files)) await place.write(name, text);
    return place;
  }

  /** The working directory. */
  get folder(): string {
    return join(this.base, 'w');
  }
  get home(): string {
    return join(this.base, 'home');
  }
  get temporary(): string {
    return join(this.base, 'tmp');
  }
  get state(): string {
    return join(this.base, 'state');
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Environment of a command here: nothing of the caller's but the search path. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      TMPDIR: this.temporary,
      IMGPACK_STATE_DIR: this.state,
      ...extra,
    };
  }

  /** Runs `imgpack ARGS` here. */
  imgpack(
    args: readonly string[],
    options: { env?: Readonly<Record<string, string>>; stdin?: string } = {},
  ): Promise<Outcome> {
    return this.command(process.execPath, [imgpack, ...args], options);
  }

  async command(
    program: string,
    args: readonly string[],
    options: { env?: Readonly<Record<string, string>>; stdin?: string } = {},
  ): Promise<Outcome> {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: this.environment(options.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => child.stdin.destroy());
    child.stdin.end(options.stdin ?? '');
    const read = async (stream: NodeJS.ReadableStream) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    };
    const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((done, broken) => {
      child.on('error', broken);
      child.on('close', (exitCode, signal) => done({ exitCode, signal }));
    });
    const [stdout, stderr, end] = await Promise.all([read(child.stdout), read(child.stderr), ended]);
    return { ...end, stdout, stderr };
  }

  /** Every file of the working directory by its relative path. */
  async files(): Promise<Record<string, Buffer>> {
    const found: Record<string, Buffer> = {};
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      found[relative(this.folder, path)] = await readFile(path);
    }
    return found;
  }

  async remove(): Promise<void> {
    await rm(this.base, { recursive: true, force: true });
  }
}
