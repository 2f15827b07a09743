import { text, textList } from '../schema.js';

/** Where an installer or a disk image comes from, and how it is verified. */
export const isoOptions = {
  iso_url: text({
    description:
      'Location of the image: a path, a `file://` URL or an http(s) URL. A local file is used where it is. Exactly one of `iso_url` and `iso_urls`.',
  }),
  iso_urls: textList({
    description:
      'Mirrors of the same image, tried in order until one delivers it. Exactly one of `iso_url` and `iso_urls`.',
  }),
  iso_checksum: text({
    description:
      'What the image must hash to: bare hex digits (the kind follows from the length), `md5:`, `sha1:`, `sha256:` or `sha512:` and hex digits, `file:` and the location of a list of checksums, or `none`.',
    defaultNote: 'required, unless the builder is told to skip the download',
  }),
  iso_target_path: text({
    description:
      'Where the download is kept. A path without an extension is a folder, in which the file gets its name from the checksum.',
    defaultNote: 'a file in the cache directory, named after the checksum',
  }),
  iso_target_extension: text({
    description:
      'Extension of the downloaded file. Set it to the format of a disk image (`qcow2`) and the image is copied instead of converted.',
    default: 'iso',
  }),
} as const;
