import { chmod, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { formatDuration } from '../../../src/contract/duration.js';
import { customizeScript, essentialScript, setupScript } from '../bootstrap/hooks.js';
import { plainScript } from '../bootstrap/plain-debootstrap.js';
import type { Config } from '../config.js';
import { readBootImages, writeBootParts } from '../disk/assemble.js';
import { identitiesOf } from '../disk/identity.js';
import { layoutOf } from '../disk/layout.js';
import type { Driver, Scripts } from '../driver.js';
import type { DiskRecipe } from '../recipe.js';
import { createWorkDirectory } from '../work-directory.js';
import type { ImagePlan } from './plan-image.js';

/** Bootstraps the system and writes it, as an archive or as a disk, to the file `path`. */
export async function makeImage(
  context: BuilderContext<Config>,
  driver: Driver,
  plan: ImagePlan,
  path: string,
): Promise<void> {
  const { recipe, tools } = plan;
  const started = context.now().getTime();
  const work = await createWorkDirectory(context.resources, context.temporaryDirectory);
  const archive = join(work.value, `root.${recipe.extension}`);
  const directory = join(work.value, 'root');
  context.say(`bootstrapping ${recipe.distribution} ${recipe.suite} (${recipe.architecture}) from ${recipe.mirror}`);
  await driver.bootstrap({
    recipe,
    bootstrapper: tools.bootstrapper,
    scripts: await writeScripts(plan, work.value, recipe.disk ? undefined : archive, await driver.hostAptOptions()),
    temporary: work.value,
    target: recipe.disk ? { directory } : { archive, scratch: work.value },
    onLine: (line) => tell(context, line),
  });
  if (recipe.disk) await makeDisk(context, driver, plan, recipe.disk, { directory, work: work.value, path });
  else await move(driver, archive, path);
  await driver.removeTree(directory);
  await work.destroy();
  context.say(`the image took ${formatDuration(Math.round((context.now().getTime() - started) / 100) * 100)}`);
}

/** The bootstrapping programs mark their own lines: those are the stages. What concerns one package goes to the log. */
function tell(context: BuilderContext<Config>, line: string): void {
  const stage = /^I: (\w.*)/.exec(line)?.[1];
  if (
    stage === undefined ||
    /-hook|tempdir|^(Retrieving|Validating|Extracting|Unpacking \w+\.|Configuring) /.test(stage)
  )
    context.log(line);
  else context.say(stage);
}

async function writeScripts(
  plan: ImagePlan,
  folder: string,
  archive: string | undefined,
  hostAptOptions: readonly string[],
): Promise<Scripts> {
  const identities = identitiesOf(plan.key);
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o644 });
    await chmod(path, 0o644);
    return path;
  };
  return {
    setup: await write('setup.sh', setupScript(hostAptOptions)),
    essential: await write('essential.sh', essentialScript(plan.recipe)),
    customize: await write('customize.sh', customizeScript(plan.recipe, identities)),
    plain: await write('plain.sh', plainScript(plan.recipe, archive)),
  };
}

async function makeDisk(
  context: BuilderContext<Config>,
  driver: Driver,
  plan: ImagePlan,
  recipe: DiskRecipe,
  place: { readonly directory: string; readonly work: string; readonly path: string },
): Promise<void> {
  const layout = layoutOf(recipe.bytes);
  const identities = identitiesOf(plan.key);
  const disk = join(place.work, 'disk.raw');
  const configuration = join(place.work, 'mke2fs.conf');
  context.say('writing the disk');
  await writeFile(configuration, MKE2FS_CONFIGURATION, { mode: 0o644 });
  const file = await open(disk, 'wx');
  await file.truncate(layout.size);
  // The owner of the system's files may be a user of a name space.
  await file.chmod(0o666);
  await file.close();
  const images = await readBootImages(place.directory, plan.recipe.architecture);
  await driver.makeFileSystem({
    disk,
    offset: layout.root.start,
    size: layout.root.size,
    uuid: identities.root,
    directory: place.directory,
    configuration,
  });
  await writeBootParts(disk, layout, identities, images);
  if (recipe.format === 'qcow2') await driver.convertToQcow2(disk, place.path, recipe.compress);
  else await move(driver, disk, place.path);
}

async function move(driver: Driver, from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await driver.copy(from, to);
  }
}

/** Features that GRUB and kernels of the last ten years know, whatever this machine's defaults are. */
const MKE2FS_CONFIGURATION = `[defaults]
base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
default_mntopts = acl,user_xattr
enable_periodic_fsck = 0
blocksize = 4096
inode_size = 256
inode_ratio = 16384
[fs_types]
ext4 = {
features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
}
`;
