/**
 * One of the things that make two steps the same. Steps with equal lists of these do the same to the same machine; where
 * lists differ, the difference is the reason why a step runs again.
 */
export interface KeyInput {
  readonly kind: KeyInputKind;
  /** Unique among the inputs of a step: an option, a path, a program. */
  readonly name: string;
  /** `sha256:…` of the value or content; `hmac:…`, with a key of the store's own, where it holds a secret. */
  readonly digest: string;
  /** The value itself, where it is short and no secret. */
  readonly shown?: string;
}

export type KeyInputKind =
  /** The form of keys itself: a new version of imgpack may have a new one. */
  | 'format'
  /** The step before, by its key. */
  | 'previous'
  /** The component's type, and the names that a script sees as `PACKER_BUILD_NAME` and `PACKER_BUILDER_TYPE`. */
  | 'component'
  | 'option'
  /** A file or folder, by content, names and modes. */
  | 'file'
  /** What the machine starts from: the digest of a disk image, the id of a cloud image. */
  | 'base'
  /** A program that decides how the machine behaves. */
  | 'version'
  /** A `build.*` value, by its name: it is known only while the machine runs. */
  | 'build'
  /** The artifact of another build, by its key. */
  | 'artifact';

/** Something that a builder finds outside the template, and that decides what its machine is. */
export interface Identity {
  readonly kind: 'base' | 'version';
  readonly name: string;
  /** Absent: it is not known before it was fetched. */
  readonly value?: string;
}
