/** Lower case, and every byte that a resource's name cannot hold turned into `-`. */
export const cleanResourceName = (text: string): string =>
  Buffer.from(text.toLowerCase())
    .toString('latin1')
    .replace(/[^a-z0-9]/g, '-');
