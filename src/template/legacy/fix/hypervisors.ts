import { isObject, ofBuilders, rename, type Fixer, type Mutable } from './fixer.js';

export const guestAdditions: Fixer = {
  name: 'virtualbox-gaattach',
  description: '`guest_additions_attach` becomes `guest_additions_mode`',
  fix: ofBuilders(['virtualbox'], (builder) => {
    const attach = builder['guest_additions_attach'];
    if (typeof attach !== 'boolean') return;
    delete builder['guest_additions_attach'];
    builder['guest_additions_mode'] = attach ? 'attach' : 'upload';
  }),
};

export const virtualboxRename: Fixer = {
  name: 'virtualbox-rename',
  description: 'the builder `virtualbox` becomes `virtualbox-iso`',
  fix(template) {
    renameType('virtualbox', 'virtualbox-iso').call(this, template);
    for (const { override } of template.provisioners)
      if (isObject(override)) rename(override, 'virtualbox', 'virtualbox-iso');
  },
};

export const vmwareRename: Fixer = {
  name: 'vmware-rename',
  description: 'the builder `vmware` becomes `vmware-iso`',
  fix: renameType('vmware', 'vmware-iso'),
};

export const proxmoxRename: Fixer = {
  name: 'proxmox-type',
  description: 'the builder `proxmox` becomes `proxmox-iso`',
  fix: renameType('proxmox', 'proxmox-iso'),
};

export const parallelsHeadless: Fixer = {
  name: 'parallels-headless',
  description: '`headless` of Parallels builders goes: it has no meaning',
  fix: ofBuilders(['parallels-iso', 'parallels-pvm'], (builder) => {
    delete builder['headless'];
  }),
};

export const parallelsDeprecations: Fixer = {
  name: 'parallels-deprecations',
  description: '`parallels_tools_host_path` goes, and `guest_os_distribution` becomes `guest_os_type`',
  fix: ofBuilders(['parallels-iso', 'parallels-pvm'], (builder) => {
    delete builder['parallels_tools_host_path'];
    rename(builder, 'guest_os_distribution', 'guest_os_type');
  }),
};

/** Disks of a remote ESXi host that are allocated whole cannot be compacted. */
export const vmwareCompaction: Fixer = {
  name: 'vmware-compaction',
  description: 'builders on ESXi with a disk that cannot be compacted get `skip_compaction`',
  fix: ofBuilders(['vmware-iso'], (builder) => {
    if (builder['remote_type'] !== 'esx5') return;
    if (!Object.hasOwn(builder, 'disk_type_id')) builder['disk_type_id'] = 'zeroedthick';
    const disk = builder['disk_type_id'];
    if (typeof disk === 'string' && disk !== 'thin') builder['skip_compaction'] = true;
  }),
};

export const hypervDeprecations: Fixer = {
  name: 'hyperv-deprecations',
  description: '`vhd_temp_path` of `hyperv-iso` goes',
  fix: ofBuilders(['hyperv-iso'], (builder) => {
    delete builder['vhd_temp_path'];
  }),
};

export const hypervTypo: Fixer = {
  name: 'hyperv-vmxc-typo',
  description: '`clone_from_vmxc_path` becomes `clone_from_vmcx_path`',
  fix: ofBuilders(['hyperv-vmcx'], (builder) => rename(builder, 'clone_from_vmxc_path', 'clone_from_vmcx_path')),
};

export const hypervSize: Fixer = {
  name: 'hyperv-cpu-and-ram',
  description: '`cpu` becomes `cpus`, and `ram_size` becomes `memory`',
  fix: ofBuilders(['hyperv-iso', 'hyperv-vmcx'], (builder) => {
    rename(builder, 'cpu', 'cpus');
    rename(builder, 'ram_size', 'memory');
  }),
};

export const qemuDiskSize: Fixer = {
  name: 'qemu-disk-size',
  description: 'a `disk_size` of QEMU that is a number becomes a text with its unit',
  fix: ofBuilders(['qemu'], (builder) => {
    const size = builder['disk_size'];
    if (typeof size === 'number') builder['disk_size'] = `${BigInt(Math.trunc(size))}M`;
  }),
};

export const vsphereNetworkAndDisk: Fixer = {
  name: 'vsphere-iso-net-disk',
  description: 'options for one network and one disk go into `network_adapters` and `storage`',
  fix: ofBuilders(['vsphere-iso'], (builder) => {
    moveInto(builder, 'network_adapters', ['network', 'network_card']);
    moveInto(builder, 'storage', ['disk_size', 'disk_thin_provisioned', 'disk_eagerly_scrub']);
  }),
};

/** Moves options into a new first item of a list. A single item may stand without a list. */
function moveInto(builder: Mutable, list: string, keys: readonly string[]): void {
  const given = keys.filter((key) => Object.hasOwn(builder, key));
  if (given.length === 0) return;
  const item = Object.fromEntries(given.map((key) => [key, builder[key]]));
  for (const key of given) delete builder[key];
  const before = builder[list] ?? [];
  builder[list] = [item, ...(Array.isArray(before) ? (before as unknown[]) : [before])];
}

function renameType(before: string, after: string): Fixer['fix'] {
  return ofBuilders([before], (builder) => {
    builder['type'] = after;
  });
}
