/** What of an image's configuration is looked at. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Hostname?: string;
}

export interface ImageDetails {
  /** `sha256:…` */
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Architecture: string;
  readonly Os: string;
  readonly Config?: ImageConfig | null;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
  /** Of a committed image, the container that it comes from; not every engine tells. */
  readonly Container?: string;
}

export interface ContainerDetails {
  readonly Id: string;
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly Error?: string };
  readonly Config: ImageConfig;
  readonly NetworkSettings?: {
    readonly IPAddress?: string;
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> | null;
  };
}

/** As the engine takes it to create a container. */
export interface ContainerSpec {
  Image: string;
  Cmd?: string[];
  Entrypoint?: string[];
  Env?: string[];
  User?: string;
  WorkingDir?: string;
  Hostname?: string;
  Domainname?: string;
  Labels?: Record<string, string>;
  Tty?: boolean;
  OpenStdin?: boolean;
  StopSignal?: string;
  ExposedPorts?: Record<string, object>;
  HostConfig?: HostConfig;
}

export interface HostConfig {
  Binds?: string[];
  CapAdd?: string[];
  CapDrop?: string[];
  Privileged?: boolean;
  Runtime?: string;
  Tmpfs?: Record<string, string>;
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  NetworkMode?: string;
  Dns?: string[];
  ExtraHosts?: string[];
  SecurityOpt?: string[];
  Memory?: number;
  NanoCpus?: number;
  ShmSize?: number;
  Init?: boolean;
  PidMode?: string;
  IpcMode?: string;
  UsernsMode?: string;
  CgroupnsMode?: string;
  GroupAdd?: string[];
  ReadonlyRootfs?: boolean;
  VolumesFrom?: string[];
  Sysctls?: Record<string, string>;
  Ulimits?: { Name: string; Soft: number; Hard: number }[];
  PortBindings?: Record<string, { HostIp?: string; HostPort: string }[]>;
  PublishAllPorts?: boolean;
}

/** What is at a path in a container. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Go's `os.FileMode`: permissions in the low bits, `IS_DIRECTORY` above. */
  readonly mode: number;
  /** Where a link leads to; empty for what is none. */
  readonly linkTarget: string;
}

/** A login at a registry. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}
