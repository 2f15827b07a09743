/** Keys of `build.*` that every builder has. */
export const COMMON_BUILD_KEYS = [
  'ID',
  'Host',
  'Port',
  'User',
  'Password',
  'ConnType',
  'PackerRunUUID',
  'PackerHTTPPort',
  'PackerHTTPIP',
  'PackerHTTPAddr',
  'SSHPublicKey',
  'SSHPrivateKey',
  'WinRMPassword',
] as const;

/** What a value that is not known yet stands as in texts and in `build.*`. */
export const UNKNOWN_TEXT = '<unknown>';
