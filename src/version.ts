/** The version of this program; a test holds it equal to package.json's. */
export const VERSION = '0.1.0';

/** The version of Packer whose templates and habits are followed: `packer.version`, `required_version`. */
export const PACKER_VERSION = '1.16.0';
