/** Turns every byte that an image's name cannot hold into `-`. */
export const cleanResourceName = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^A-Za-z0-9()[\] ./\-'@_]/g, '-');
