/** A template of `googlecompute`, told by what it asks for. */
export interface GoogleCase {
  readonly claim: string;
  readonly options: string;
  readonly ssh?: boolean;
  readonly provisioners?: string;
  /** Parts of requests by their action: of the first call of it. */
  readonly requests?: Readonly<Record<string, object>>;
  /** Calls that change something; default: those of a build without wishes. */
  readonly changes?: readonly string[];
  /** What is left beside the image. */
  readonly left?: readonly string[];
  readonly images?: readonly string[];
}

export const PLAIN = ['instances.insert', 'instances.delete', 'images.insert', 'disks.delete'];
const instance = (part: object): Record<string, object> => ({ 'instances.insert': part });
const image = (part: object): Record<string, object> => ({ 'images.insert': part });
const first = (part: object): Record<string, object> => instance({ disks: [part] });
const KEY = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';

export const googleCases: readonly GoogleCase[] = [
  {
    claim: 'a build without wishes makes an image of the disk that its machine leaves',
    options: '',
    requests: {
      ...instance({
        machineType: 'zones/us-central1-a/machineTypes/e2-standard-2',
        scheduling: {
          onHostMaintenance: 'MIGRATE',
          preemptible: false,
          maxRunDuration: { seconds: '86400' },
          instanceTerminationAction: 'DELETE',
        },
        networkInterfaces: [{ network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
        serviceAccounts: [{ email: 'default' }],
      }),
      ...image({ name: 'made', description: 'Created by Packer', sourceType: 'RAW' }),
    },
  },
  {
    claim: 'provisioners run over SSH with a key in the metadata',
    options: '',
    ssh: true,
    provisioners: `provisioner "shell" { inline = ["echo it runs"] }
  provisioner "file" {
    content     = "x"
    destination = "/tmp/imgpack-google-test"
  }`,
  },
  {
    claim: 'keys come into the metadata after a while',
    options: 'wait_to_add_ssh_keys = "10ms"',
    ssh: true,
    changes: ['instances.insert', 'instances.setMetadata', 'instances.delete', 'images.insert', 'disks.delete'],
  },
  {
    claim: 'the image has a family, labels, licences, features, a place and an architecture',
    options: `image_family = "web"
  image_labels = { team = "a" }
  image_licenses = ["projects/vm-options/global/licenses/enable-vmx"]
  image_guest_os_features = ["UEFI_COMPATIBLE", "GVNIC"]
  image_storage_locations = ["eu"]
  image_architecture = "x86_64"
  image_description = "for web"`,
    requests: image({
      family: 'web',
      labels: { team: 'a' },
      licenses: ['projects/vm-options/global/licenses/enable-vmx'],
      guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'GVNIC' }],
      storageLocations: ['eu'],
      architecture: 'X86_64',
      description: 'for web',
    }),
  },
  {
    claim: 'disk and image are encrypted with keys of their own',
    options: `disk_encryption_key { kmsKeyName = "${KEY}" }
  image_encryption_key { rawKey = "${Buffer.alloc(32).toString('base64')}" }`,
    requests: {
      ...first({ diskEncryptionKey: { kmsKeyName: KEY } }),
      ...image({
        imageEncryptionKey: { rawKey: Buffer.alloc(32).toString('base64') },
        sourceDiskEncryptionKey: { kmsKeyName: KEY },
      }),
    },
  },
  {
    claim: 'the image says when it is to be used no more',
    options: `deprecate_at = "2099-01-01T00:00:00Z"
  delete_at = "2099-06-01T00:00:00Z"`,
    changes: ['instances.insert', 'instances.delete', 'images.insert', 'images.deprecate', 'disks.delete'],
    requests: {
      'images.deprecate': { state: 'ACTIVE', deprecated: '2099-01-01T00:00:00Z', deleted: '2099-06-01T00:00:00Z' },
    },
  },
  {
    claim: 'the machine is shielded',
    options: 'enable_secure_boot = true\n  enable_vtpm = true\n  enable_integrity_monitoring = true',
    requests: instance({
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
    }),
  },
  {
    claim: 'the machine has the type, disk, labels, tags and metadata that are wanted',
    options: `machine_type = "n2-standard-4"
  min_cpu_platform = "Intel Ice Lake"
  disk_size = 50
  disk_type = "pd-ssd"
  disk_name = "boot"
  instance_name = "builder"
  labels = { team = "a" }
  tags = ["build"]
  metadata = { greeting = "hello" }
  resource_manager_tags = { "tagKeys/1" = "tagValues/2" }
  enable_nested_virtualization = true`,
    requests: instance({
      name: 'builder',
      machineType: 'zones/us-central1-a/machineTypes/n2-standard-4',
      minCpuPlatform: 'Intel Ice Lake',
      disks: [
        {
          initializeParams: { diskName: 'boot', diskSizeGb: '50', diskType: 'zones/us-central1-a/diskTypes/pd-ssd' },
        },
      ],
      labels: { team: 'a' },
      tags: { items: ['build'] },
      metadata: {
        items: [{ key: 'greeting', value: 'hello' }],
      },
      params: { resourceManagerTags: { 'tagKeys/1': 'tagValues/2' } },
      advancedMachineFeatures: { enableNestedVirtualization: true },
    }),
  },
  {
    claim: 'the machine is preemptible, with a GPU, on nodes and reservations that are named',
    options: `preemptible = true
  accelerator_type = "projects/web-1/zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4"
  accelerator_count = 1
  max_run_duration_in_seconds = 600
  instance_termination_action = "delete"
  node_affinity {
    key = "k"
    operator = "IN"
    values = ["v"]
  }
  reservation_affinity {
    consume_reservation_type = "SPECIFIC_RESERVATION"
    key = "k"
    values = ["v"]
  }`,
    requests: instance({
      scheduling: {
        preemptible: true,
        onHostMaintenance: 'TERMINATE',
        maxRunDuration: { seconds: '600' },
        instanceTerminationAction: 'DELETE',
        nodeAffinities: [{ key: 'k', operator: 'IN', values: ['v'] }],
      },
      guestAccelerators: [{ acceleratorCount: 1 }],
      reservationAffinity: { consumeReservationType: 'SPECIFIC_RESERVATION', key: 'k', values: ['v'] },
    }),
  },
  {
    claim: 'the machine is in a subnetwork of another project, without an address outside',
    options: `subnetwork = "build"
  network_project_id = "shared"
  omit_external_ip = true
  use_internal_ip = true
  network_ip = "10.128.0.9"
  service_account_email = "builder@web-1.iam.gserviceaccount.com"
  scopes = ["https://www.googleapis.com/auth/cloud-platform"]`,
    requests: instance({
      networkInterfaces: [
        { subnetwork: 'projects/shared/regions/us-central1/subnetworks/build', networkIP: '10.128.0.9' },
      ],
      serviceAccounts: [
        {
          email: 'builder@web-1.iam.gserviceaccount.com',
          scopes: ['https://www.googleapis.com/auth/cloud-platform'],
        },
      ],
    }),
  },
  {
    claim: 'a further disk is made, used and deleted; one that is to stay stays',
    options: `disk_attachment {
    volume_type = "pd-ssd"
    volume_size = 10
    disk_name   = "scratch-pad"
  }
  disk_attachment {
    volume_type = "pd-standard"
    volume_size = 5
    disk_name   = "data"
    keep_device = true
  }
  disk_attachment {
    volume_type    = "scratch"
    interface_type = "NVME"
  }`,
    changes: [
      'disks.insert',
      'disks.insert',
      'instances.insert',
      'instances.delete',
      'images.insert',
      'disks.delete',
      'disks.delete',
    ],
    left: ['projects/web-1/zones/us-central1-a/disks/data'],
  },
  {
    claim: 'a disk in several zones becomes the image instead of the boot disk',
    options: `disk_attachment {
    volume_type   = "pd-balanced"
    volume_size   = 10
    disk_name     = "root"
    replica_zones = ["us-central1-b"]
    create_image  = true
  }`,
    changes: [
      'regionDisks.insert',
      'instances.insert',
      'instances.delete',
      'images.insert',
      'disks.delete',
      'regionDisks.delete',
    ],
    requests: image({ sourceDisk: 'projects/web-1/regions/us-central1/disks/root' }),
  },
  {
    claim: 'OS Login is given the key, and loses it again',
    options: 'use_os_login = true\n  oslogin_ssh_username = "root"\n  oslogin_ssh_key_expire_after = "1h"',
    ssh: true,
    changes: [
      'POST /v1/users/builder%40p.iam.gserviceaccount.com:importSshPublicKey',
      'instances.insert',
      'instances.delete',
      'images.insert',
      'disks.delete',
      'DELETE',
    ],
    requests: instance({ metadata: { items: [{ key: 'enable-oslogin', value: 'TRUE' }] } }),
  },
  {
    claim: 'no image is made where none is wanted',
    options: 'skip_create_image = true',
    changes: ['instances.insert', 'instances.delete', 'disks.delete'],
    images: [],
  },
];
