import { text, textList, textMap } from '../schema.js';

/** Files handed to a machine on a floppy disk. */
export const floppyOptions = {
  floppy_files: textList({
    description:
      'Files, wildcards or folders to put on a floppy disk. All files land in its root, those of folders as well.',
  }),
  floppy_dirs: textList({ description: 'Folders or wildcards to put on the floppy disk with their structure.' }),
  floppy_content: textMap({
    description: 'Files to write on the floppy disk: the path and what stands in the file. They win over the others.',
  }),
  floppy_label: text({ description: 'Volume label of the floppy disk, at most 11 characters.', default: 'packer' }),
} as const;

/** Files handed to a machine on a CD of its own. */
export const cdOptions = {
  cd_files: textList({
    description:
      'Files, wildcards or folders to put on an extra CD. A file lands in its root, a folder keeps its name; `dir/*` and `dir/` put what is in the folder into the root.',
  }),
  cd_content: textMap({
    description: 'Files to write on the extra CD: the path and what stands in the file. They win over `cd_files`.',
  }),
  cd_label: text({
    description: 'Volume label of the extra CD; cloud-init looks for `cidata`.',
    default: 'packer',
  }),
} as const;
