/** The Packer version whose templates are understood: `packer.version`, and what `required_version` is checked against. */
export const COMPATIBLE_PACKER_VERSION = '1.16.0';
