import { copyFile, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { runTracked, type ProgramOutput } from '../../src/contract/helpers/spawn-process.js';
import type { Resources } from '../../src/contract/resources.js';
import { ImgpackError } from '../../src/messages/message.js';
import { NO_KERNEL } from './bootstrap/boot-loader.js';
import { messages } from './messages.js';
import type { Recipe } from './recipe.js';
import { findTools, searchPath, type Bootstrapper, type Tools } from './tools.js';

/** Paths of the scripts that run while a system is bootstrapped. */
export interface Scripts {
  readonly setup: string;
  readonly essential: string;
  readonly customize: string;
  /** What `debootstrap` is wrapped in. */
  readonly plain: string;
}

export interface BootstrapJob {
  readonly recipe: Recipe;
  readonly bootstrapper: Bootstrapper;
  readonly scripts: Scripts;
  /** A folder that may be used while it runs. */
  readonly temporary: string;
  /** The folder to make, or the archive to write. */
  readonly target: { readonly directory: string } | { readonly archive: string; readonly scratch: string };
  readonly onLine: (line: string) => void;
}

export interface FileSystemJob {
  readonly disk: string;
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
  readonly uuid: string;
  readonly directory: string;
  /** Path of a configuration of mke2fs. */
  readonly configuration: string;
}

/** All calls to programs. */
export interface Driver {
  tools(disk: boolean): Promise<Tools>;
  /** apt's options on this machine by which it reaches the archive, as lines of its configuration. */
  hostAptOptions(): Promise<readonly string[]>;
  bootstrap(job: BootstrapJob): Promise<void>;
  makeFileSystem(job: FileSystemJob): Promise<void>;
  convertToQcow2(from: string, to: string, compress: boolean): Promise<void>;
  /** Copies a file; holes stay holes. */
  copy(from: string, to: string): Promise<void>;
  /** Frees what belongs to other users of the name space that `bootstrap` made. */
  removeTree(path: string): Promise<void>;
}

export interface DriverContext {
  readonly resources: Resources;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  log(text: string): void;
}

/** The driver that runs mmdebstrap or debootstrap, mke2fs and qemu-img. */
export function systemDriver(context: DriverContext): Driver {
  const env = { ...context.env, LC_ALL: 'C.UTF-8', PATH: searchPath(context.env) };
  const run = (
    program: string,
    args: readonly string[],
    options: { env?: Record<string, string>; onLine?: (line: string) => void } = {},
  ): Promise<ProgramOutput> => {
    context.log(`${program} ${args.join(' ')}`);
    return runTracked(context.resources, program, args, {
      signal: context.signal,
      env: { ...env, ...options.env },
      ...(options.onLine ? { onLine: (_stream, line) => options.onLine?.(line) } : {}),
    });
  };
  /** Runs a program as the owner of the files: root is that already. */
  const asOwner = (program: string, args: readonly string[], options: { env?: Record<string, string> } = {}) =>
    context.isRoot ? run(program, args, options) : run('mmdebstrap', ['--unshare-helper', program, ...args], options);

  return {
    tools: (disk) => findTools(disk, { env, isRoot: context.isRoot, run }),
    async hostAptOptions() {
      if (!(await findProgram('apt-config', env.PATH))) return [];
      const { stdout } = await run('apt-config', ['dump']);
      return stdout.split('\n').filter((line) => REACHING.test(line));
    },
    async bootstrap(job) {
      const { bootstrapper } = job;
      const tail: string[] = [];
      const options = {
        env: { TMPDIR: job.temporary },
        onLine(line: string) {
          tail.push(line);
          if (tail.length > TAIL_LINES) tail.shift();
          job.onLine(line);
        },
      };
      try {
        if (bootstrapper === 'mmdebstrap') await run('mmdebstrap', await mmdebstrapArguments(job), options);
        else await run('unshare', plainArguments(job), options);
      } catch (error) {
        if (!(error instanceof ImgpackError) || error.code !== 'process/failed') throw error;
        const noKernel = tail.some((line) => line.includes(NO_KERNEL));
        const message = noKernel ? messages.noKernel() : messages.failed(bootstrapper, job.recipe.suite);
        throw new ImgpackError(message, { cause: error, details: tail });
      }
    },
    async makeFileSystem({ disk, offset, size, uuid, directory, configuration }) {
      const extended = `offset=${offset},hash_seed=${uuid},root_owner=0:0`;
      const args = ['-q', '-F', '-t', 'ext4', '-b', '4096', '-L', 'root', '-U', uuid, '-E', extended];
      await asOwner('mke2fs', [...args, '-d', directory, disk, `${Math.floor(size / 1024)}k`], {
        env: { MKE2FS_CONFIG: configuration },
      });
    },
    async convertToQcow2(from, to, compress) {
      const options = compress ? ['-c', '-o', 'compression_type=zstd'] : [];
      await run('qemu-img', ['convert', '-q', '-f', 'raw', '-O', 'qcow2', '-W', '-m', '4', ...options, from, to]);
    },
    async copy(from, to) {
      if (from.endsWith('.raw')) await run('cp', ['--sparse=always', '--reflink=auto', from, to]);
      else await copyFile(from, to, constants.COPYFILE_FICLONE);
    },
    async removeTree(path) {
      await asOwner('rm', ['-rf', '--one-file-system', path]);
    },
  };

  async function mmdebstrapArguments({ recipe, scripts, target }: BootstrapJob): Promise<string[]> {
    const hook = (path: string) => `sh ${path} "$1"`;
    const included = recipe.packages.join(',');
    return [
      `--mode=${(await canUnshare()) ? 'unshare' : 'root'}`,
      `--format=${'directory' in target ? 'directory' : 'tar'}`,
      `--variant=${recipe.variant}`,
      `--architectures=${recipe.architecture}`,
      `--components=${recipe.components.join(',')}`,
      `--keyring=${recipe.keyring}`,
      ...recipe.aptOptions.map((line) => `--aptopt=${line}`),
      ...(recipe.recommends ? ['--aptopt=APT::Install-Recommends "true"'] : []),
      ...recipe.dpkgOptions.map((line) => `--dpkgopt=${line}`),
      ...(recipe.packageLists ? ['--skip=cleanup/apt/lists'] : []),
      ...(included === '' ? [] : [`--include=${included}`]),
      `--setup-hook=${hook(scripts.setup)}`,
      `--essential-hook=${hook(scripts.essential)}`,
      `--customize-hook=${hook(scripts.customize)}`,
      recipe.suite,
      'directory' in target ? target.directory : target.archive,
      ...recipe.sources,
    ];
  }

  /** Name spaces of its own keep mounts from outliving it; in some containers even root may not have them. */
  async function canUnshare(): Promise<boolean> {
    if (!context.isRoot) return true;
    if (!(await findProgram('unshare', env.PATH))) return false;
    const args = ['--mount', '--pid', '--uts', '--ipc', '--fork', 'true'];
    const { exitCode } = await runTracked(context.resources, 'unshare', args, {
      signal: context.signal,
      env,
      allowedExitCodes: Array.from({ length: 256 }, (_, code) => code),
    });
    return exitCode === 0;
  }
}

/** Options that say how the archive is reached and what is believed, and none that change what is installed. */
const REACHING =
  /^Acquire::((https?|ftp|tor)::(?!User-Agent)|Check-(Valid-Until|Date)|Retries|ForceIPv[46]|Proxy|.*Proxy)/i;

/** Lines of its output that are shown when a program fails. */
const TAIL_LINES = 20;

const plainArguments = ({ scripts, target }: BootstrapJob): string[] => [
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  'sh',
  scripts.plain,
  'directory' in target ? target.directory : join(target.scratch, 'root'),
  scripts.setup,
  scripts.essential,
  scripts.customize,
];
