import type { FileInput } from '../../src/contract/plugin.js';
import type { Config } from './config.js';

/** Local files and folders that decide what the machine becomes. */
export function inputs(config: Config): FileInput[] {
  const files: FileInput[] = [];
  const add = (option: string, paths: readonly (string | undefined)[]) => {
    for (const path of paths) if (path) files.push({ path, option, ...(isPattern(path) && { isPattern: true }) });
  };
  add('http_directory', [config.http_directory]);
  add('firmware', [config.firmware]);
  add('efi_firmware_code', [config.efi_firmware_code]);
  add('efi_firmware_vars', [config.efi_firmware_vars]);
  add('cd_files', config.cd_files);
  add('floppy_files', config.floppy_files);
  add('floppy_dirs', config.floppy_dirs);
  return files;
}

const isPattern = (path: string): boolean => /[*?[]/.test(path);
