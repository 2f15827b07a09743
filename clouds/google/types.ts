/*
 * What imgpack sends to Compute Engine and reads from it, in the names of its JSON, with 64-bit numbers as text. Google's own
 * client takes anything and drops what it does not know, so that these types stand here, and every request is held against
 * Google's description before it leaves (`wire/description.ts`).
 */

export interface EncryptionKey {
  readonly kmsKeyName?: string;
  /** Base64 of 256 bits. */
  readonly rawKey?: string;
}

export interface AttachedDisk {
  readonly type: 'PERSISTENT' | 'SCRATCH';
  readonly mode?: 'READ_WRITE' | 'READ_ONLY';
  readonly interface?: 'SCSI' | 'NVME';
  readonly boot?: boolean;
  readonly autoDelete: boolean;
  readonly deviceName?: string;
  readonly source?: string;
  readonly diskEncryptionKey?: EncryptionKey;
  readonly initializeParams?: {
    readonly diskName?: string;
    readonly sourceImage?: string;
    readonly diskType: string;
    /** GB. */
    readonly diskSizeGb?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export interface MetadataItem {
  readonly key: string;
  readonly value: string;
}

export interface Metadata {
  readonly fingerprint?: string;
  readonly items?: readonly MetadataItem[];
}

export interface Scheduling {
  readonly onHostMaintenance: 'MIGRATE' | 'TERMINATE';
  readonly preemptible: boolean;
  readonly automaticRestart?: boolean;
  readonly maxRunDuration?: { readonly seconds: string };
  readonly instanceTerminationAction?: 'STOP' | 'DELETE';
  readonly nodeAffinities?: readonly {
    readonly key: string;
    readonly operator: 'IN' | 'NOT_IN';
    readonly values: readonly string[];
  }[];
}

export interface InstanceRequest {
  readonly name: string;
  readonly description: string;
  readonly machineType: string;
  readonly minCpuPlatform?: string;
  readonly disks: readonly AttachedDisk[];
  readonly networkInterfaces: readonly {
    readonly network?: string;
    readonly subnetwork?: string;
    readonly networkIP?: string;
    readonly accessConfigs?: readonly {
      readonly name: string;
      readonly type: 'ONE_TO_ONE_NAT';
      readonly natIP?: string;
    }[];
  }[];
  readonly metadata: Metadata;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags?: { readonly items: readonly string[] };
  readonly serviceAccounts?: readonly { readonly email: string; readonly scopes: readonly string[] }[];
  readonly scheduling: Scheduling;
  readonly guestAccelerators?: readonly { readonly acceleratorType: string; readonly acceleratorCount: number }[];
  readonly advancedMachineFeatures?: { readonly enableNestedVirtualization: boolean };
  readonly shieldedInstanceConfig?: {
    readonly enableSecureBoot: boolean;
    readonly enableVtpm: boolean;
    readonly enableIntegrityMonitoring: boolean;
  };
  readonly reservationAffinity?: {
    readonly consumeReservationType?: string;
    readonly key?: string;
    readonly values?: readonly string[];
  };
  readonly params?: { readonly resourceManagerTags: Readonly<Record<string, string>> };
}

export interface Instance {
  readonly id?: string;
  readonly name?: string;
  readonly status?: string;
  readonly statusMessage?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly metadata?: Metadata;
  readonly networkInterfaces?: readonly {
    readonly network?: string;
    readonly networkIP?: string;
    readonly accessConfigs?: readonly { readonly natIP?: string }[];
  }[];
}

export interface DiskRequest {
  readonly name: string;
  readonly sizeGb?: string;
  readonly type: string;
  readonly sourceImage?: string;
  readonly provisionedIops?: string;
  readonly replicaZones?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly diskEncryptionKey?: EncryptionKey;
}

export interface Disk {
  readonly name?: string;
  readonly selfLink?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface FileContent {
  /** Base64. */
  readonly content: string;
  readonly fileType: 'X509' | 'BIN';
}

export interface ImageRequest {
  readonly name: string;
  readonly description?: string;
  readonly family?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly licenses?: readonly string[];
  readonly guestOsFeatures?: readonly { readonly type: string }[];
  readonly storageLocations?: readonly string[];
  readonly architecture?: 'X86_64' | 'ARM64';
  readonly imageEncryptionKey?: EncryptionKey;
  readonly sourceDisk?: string;
  readonly sourceDiskEncryptionKey?: EncryptionKey;
  readonly rawDisk?: { readonly source: string };
  readonly sourceType?: 'RAW';
  readonly shieldedInstanceInitialState?: {
    readonly pk?: FileContent;
    readonly keks?: readonly FileContent[];
    readonly dbs?: readonly FileContent[];
    readonly dbxs?: readonly FileContent[];
  };
}

export interface Image {
  readonly id?: string;
  readonly name?: string;
  readonly selfLink?: string;
  readonly family?: string;
  readonly status?: string;
  readonly architecture?: string;
  readonly diskSizeGb?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly licenses?: readonly string[];
  readonly guestOsFeatures?: readonly { readonly type?: string }[];
}

export interface DeprecationStatus {
  readonly state?: 'ACTIVE' | 'DEPRECATED' | 'OBSOLETE' | 'DELETED';
  readonly deprecated?: string;
  readonly obsolete?: string;
  readonly deleted?: string;
}

export interface Operation {
  readonly name: string;
  readonly status?: string;
  readonly progress?: number;
  readonly error?: { readonly errors?: readonly { readonly code?: string; readonly message?: string }[] } | null;
  readonly httpErrorStatusCode?: number;
  readonly httpErrorMessage?: string;
}

interface InProject {
  readonly project: string;
}
interface InZone extends InProject {
  readonly zone: string;
}
interface Change {
  /** A call that is made again under the same id is carried out once. */
  readonly requestId?: string;
}

/** The calls that are used: `service.method`, with its request and its answer. */
export interface Calls {
  'images.get': [InProject & { image: string }, Image];
  'images.getFromFamily': [InProject & { family: string }, Image];
  'images.list': [InProject & { filter?: string; maxResults?: number }, readonly Image[]];
  'images.insert': [InProject & Change & { imageResource: ImageRequest }, Operation];
  'images.delete': [InProject & Change & { image: string }, Operation];
  'images.deprecate': [InProject & Change & { image: string; deprecationStatusResource: DeprecationStatus }, Operation];
  'instances.get': [InZone & { instance: string }, Instance];
  'instances.insert': [InZone & Change & { instanceResource: InstanceRequest }, Operation];
  'instances.delete': [InZone & Change & { instance: string }, Operation];
  'instances.setMetadata': [InZone & Change & { instance: string; metadataResource: Metadata }, Operation];
  'instances.getSerialPortOutput': [
    InZone & { instance: string; port?: number; start?: string },
    { readonly contents?: string; readonly next?: string; readonly start?: string },
  ];
  'instances.getScreenshot': [InZone & { instance: string }, { readonly contents?: string }];
  'disks.get': [InZone & { disk: string }, Disk];
  'disks.insert': [InZone & Change & { diskResource: DiskRequest }, Operation];
  'disks.delete': [InZone & Change & { disk: string }, Operation];
  'regionDisks.get': [InProject & { region: string; disk: string }, Disk];
  'regionDisks.insert': [InProject & Change & { region: string; diskResource: DiskRequest }, Operation];
  'regionDisks.delete': [InProject & Change & { region: string; disk: string }, Operation];
  'addresses.get': [InProject & { region: string; address: string }, { readonly address?: string }];
  'machineTypes.get': [InZone & { machineType: string }, { readonly name?: string; readonly selfLink?: string }];
  'projects.get': [InProject, { readonly commonInstanceMetadata?: Metadata }];
  'firewalls.list': [InProject & { filter?: string }, readonly Firewall[]];
  'zoneOperations.get': [InZone & { operation: string }, Operation];
  'zoneOperations.list': [InZone & { filter: string; maxResults?: number }, readonly Operation[]];
  'regionOperations.get': [InProject & { region: string; operation: string }, Operation];
  'regionOperations.list': [InProject & { region: string; filter: string; maxResults?: number }, readonly Operation[]];
  'globalOperations.get': [InProject & { operation: string }, Operation];
  'globalOperations.list': [InProject & { filter: string; maxResults?: number }, readonly Operation[]];
}

export interface Firewall {
  readonly name?: string;
  readonly network?: string;
  readonly direction?: string;
  readonly disabled?: boolean;
  readonly sourceRanges?: readonly string[];
  readonly targetTags?: readonly string[];
  readonly allowed?: readonly { readonly IPProtocol?: string; readonly ports?: readonly string[] }[];
}
