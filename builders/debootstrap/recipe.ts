import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/contract/helpers/canonical-json.js';
import type { JsonObject } from '../../src/contract/json.js';
import type { Config } from './config.js';
import { debianArchitecture, diskPackages, DISTRIBUTIONS, distributionOf, type Distribution } from './distributions.js';
import { findMirror, type HostArchive } from './host-archive.js';
import { parseSize } from './size.js';

/** Raised when the same recipe makes another result from then on: results of before are not used any more. */
const RECIPE_VERSION = 1;

export interface Repository {
  readonly name: string;
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly key: string | undefined;
  readonly packages: readonly string[];
}

export interface DiskRecipe {
  readonly bytes: number;
  readonly format: 'qcow2' | 'raw';
  readonly compress: boolean;
  readonly kernelCommandLine: string;
  readonly cloudInit: boolean;
  readonly rootKeys: readonly string[];
}

/** Everything that decides what comes out, with all defaults filled in. */
export interface Recipe {
  readonly version: number;
  readonly distribution: Distribution;
  readonly suite: string;
  readonly architecture: string;
  readonly variant: string;
  readonly mirror: string;
  /** Lines of `sources.list`, the first for the suite itself. */
  readonly sources: readonly string[];
  readonly components: readonly string[];
  readonly keyring: string;
  readonly packages: readonly string[];
  readonly recommends: boolean;
  /** Whether apt's lists of packages stay in the system. */
  readonly packageLists: boolean;
  readonly aptOptions: readonly string[];
  readonly dpkgOptions: readonly string[];
  readonly hostname: string;
  readonly repositories: readonly Repository[];
  readonly files: Readonly<Record<string, string>>;
  readonly customize: readonly string[];
  /** Path of the script, and what it holds. */
  readonly script: { readonly path: string; readonly content: string } | undefined;
  /** Extension of the archive (`tar`, `tar.zst`), or what kind of disk to make. */
  readonly disk: DiskRecipe | undefined;
  readonly extension: string;
}

export interface RecipeInputs {
  readonly host: HostArchive;
  /** As Node.js names it. */
  readonly nodeArchitecture: string;
  /** Content of the files that options name, by path as written. */
  readonly contents: ReadonlyMap<string, string>;
  /** Where the result goes. */
  readonly output: string;
}

/** Fills in what the options leave open. Precondition: the configuration is valid. */
export function makeRecipe(config: Config, inputs: RecipeInputs): Recipe {
  const distribution = config.distribution ?? distributionOf(config.suite) ?? 'debian';
  const facts = DISTRIBUTIONS[distribution];
  const architecture = config.architecture ?? debianArchitecture(inputs.nodeArchitecture);
  const mirror = config.mirror ?? findMirror(inputs.host, distribution, config.suite) ?? facts.mirror(architecture);
  const components = config.components.length > 0 ? config.components : facts.components;
  const disk = diskOf(config);
  const kernel = config.kernel ?? facts.kernel(architecture);
  const needed = disk ? diskPackages({ suite: config.suite, architecture, kernel, cloudInit: disk.cloudInit }) : [];
  const repositories = config.repository.map((repository) => ({
    name: repository.name,
    uri: repository.uri,
    suite: repository.suite ?? config.suite,
    components: repository.components,
    key: repository.key ?? (repository.key_file ? inputs.contents.get(repository.key_file) : undefined),
    packages: repository.packages,
  }));
  const certificates = [mirror, ...repositories.map(({ uri }) => uri)].some((uri) => uri.startsWith('https:'));
  return {
    version: RECIPE_VERSION,
    distribution,
    suite: config.suite,
    architecture,
    variant: config.variant,
    mirror,
    sources: sourcesOf(config, distribution, architecture, mirror, components, inputs.host),
    components,
    keyring: config.keyring ?? facts.keyring,
    packages: [...new Set([...needed, ...(certificates ? ['ca-certificates'] : []), ...config.packages])],
    recommends: config.recommends,
    packageLists: config.package_lists,
    aptOptions: config.apt_options,
    dpkgOptions: config.dpkg_options,
    hostname: config.hostname ?? distribution,
    repositories,
    files: config.files,
    customize: config.customize,
    script: config.customize_script
      ? { path: config.customize_script, content: inputs.contents.get(config.customize_script) ?? '' }
      : undefined,
    disk,
    extension: disk?.format ?? /\.(tar(?:\.(?:gz|xz|zst|bz2))?)$/.exec(inputs.output)?.[1] ?? 'tar',
  };
}

function diskOf(config: Config): DiskRecipe | undefined {
  if (config.format === 'tar') return undefined;
  return {
    bytes: parseSize(config.disk_size) ?? 0,
    format: config.format,
    compress: config.format === 'qcow2' && config.compress,
    kernelCommandLine: config.kernel_command_line,
    cloudInit: config.cloud_init ?? config.root_ssh_keys.length === 0,
    rootKeys: config.root_ssh_keys,
  };
}

function sourcesOf(
  config: Config,
  distribution: Distribution,
  architecture: string,
  mirror: string,
  components: readonly string[],
  host: HostArchive,
): string[] {
  const facts = DISTRIBUTIONS[distribution];
  const line = (uri: string, suite: string) => `deb ${uri} ${suite} ${components.join(' ')}`;
  const lines = [line(mirror, config.suite)];
  if (facts.rolling.includes(config.suite)) return lines;
  if (config.updates) lines.push(line(mirror, `${config.suite}-updates`));
  const suite = `${config.suite}-security`;
  const security =
    config.security_mirror ?? findMirror(host, distribution, suite) ?? facts.securityMirror(architecture);
  // Before bullseye the suite of Debian's security updates had another name.
  const old = distribution === 'debian' && config.suite === 'buster';
  if (security !== '') lines.push(line(security, old ? `${config.suite}/updates` : suite));
  return lines;
}

/**
 * The key under which a result is kept: the recipe, the programs that follow it, and the keys that it trusts.
 * @returns 64 hex digits
 */
export function recipeKey(recipe: Recipe, versions: Readonly<Record<string, string>>): string {
  const script = recipe.script && { content: recipe.script.content };
  const keyed = { recipe: { ...recipe, script: script ?? null }, versions } as unknown as JsonObject;
  return createHash('sha256').update(canonicalJson(keyed)).digest('hex');
}
