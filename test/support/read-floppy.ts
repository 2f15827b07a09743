/** Reads a FAT12 image back by its own tables, independently of the writer: content by path, with long names. */
export function readFloppy(image: Buffer): { readonly label: string; readonly files: Record<string, string> } {
  const sector = image.readUInt16LE(11);
  const reserved = image.readUInt16LE(14);
  const tables = image[16] as number;
  const rootEntries = image.readUInt16LE(17);
  const tableSectors = image.readUInt16LE(22);
  const rootStart = (reserved + tables * tableSectors) * sector;
  const dataStart = rootStart + rootEntries * 32;
  const table = image.subarray(reserved * sector, (reserved + tableSectors) * sector);
  const copy = image.subarray((reserved + tableSectors) * sector, (reserved + 2 * tableSectors) * sector);
  if (!table.equals(copy)) throw new Error('the two tables differ');

  const chain = (first: number): Buffer => {
    const parts: Buffer[] = [];
    for (let cluster = first; cluster >= 2 && cluster < 0xff8;) {
      const at = dataStart + (cluster - 2) * sector;
      parts.push(image.subarray(at, at + sector));
      const word = table.readUInt16LE(Math.floor((cluster * 3) / 2));
      cluster = cluster % 2 === 0 ? word & 0xfff : word >> 4;
    }
    return Buffer.concat(parts);
  };

  let label = '';
  const walk = (folder: Buffer, path: string): Record<string, string> => {
    const files: Record<string, string> = {};
    let long = '';
    for (let at = 0; at + 32 <= folder.length && folder[at] !== 0; at += 32) {
      const entry = folder.subarray(at, at + 32);
      const kind = entry[11] as number;
      if (kind === 0x0f) {
        const piece = Buffer.concat([entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)]);
        long = (piece.toString('utf16le').split('\0')[0] as string) + long;
        continue;
      }
      const short = entry.toString('latin1', 0, 11);
      if (kind === 0x08) label = short.trimEnd();
      else if (!short.startsWith('.')) {
        const name = path + (long || shortName(short));
        const content = chain(entry.readUInt16LE(26));
        if (kind === 0x10) Object.assign(files, walk(content, `${name}/`));
        else files[name] = content.toString('utf8', 0, entry.readUInt32LE(28));
      }
      long = '';
    }
    return files;
  };
  const files = walk(image.subarray(rootStart, dataStart), '');
  return { label, files };
}

function shortName(bytes: string): string {
  const extension = bytes.slice(8).trimEnd();
  return bytes.slice(0, 8).trimEnd() + (extension === '' ? '' : `.${extension}`);
}
