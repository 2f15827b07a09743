import type { Recipe } from '../recipe.js';
import { inside, quote, writeFile } from './shell.js';

/**
 * The script that does with `debootstrap` what `mmdebstrap` does by itself. It runs in mount and process namespaces of
 * its own, so that no mount outlives it. Its arguments: the folder of the system, and those of the setup, essential and
 * customize scripts.
 */
export function plainScript(recipe: Recipe, archive: string | undefined): string {
  const variant = recipe.variant === 'minbase' || recipe.variant === 'buildd' ? [`--variant=${recipe.variant}`] : [];
  const debootstrap = [
    'debootstrap',
    ...variant,
    `--arch=${recipe.architecture}`,
    `--keyring=${recipe.keyring}`,
    `--components=${recipe.components.join(',')}`,
  ].map(quote);
  const extra = [
    ...(recipe.packages.length > 0 ? recipe.packages : []),
    ...(recipe.variant === 'standard' ? ['?priority(standard)'] : []),
  ];
  const install = `apt-get install --yes -o APT::Install-Recommends=${recipe.recommends} ${extra.map(quote).join(' ')}`;
  return [
    'set -eu',
    'root=$1',
    // A folder of this machine, which the programs inside the system would look for in vain.
    'unset TMPDIR',
    `${debootstrap.join(' ')} ${quote(recipe.suite)} "$root" ${quote(recipe.mirror)}`,
    'sh "$2" "$root"',
    writeFile('/etc/apt/sources.list', recipe.sources.map((line) => `${line}\n`).join('')),
    ...optionFile(
      '/etc/apt/apt.conf.d/99imgpack',
      recipe.aptOptions.map((line) => `${line.replace(/;?\s*$/, '')};`),
    ),
    ...optionFile('/etc/dpkg/dpkg.cfg.d/99imgpack', recipe.dpkgOptions),
    writeFile('/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', '0755'),
    'cp /etc/resolv.conf "$root/etc/resolv.conf"',
    'mount -t proc proc "$root/proc"',
    'mount -t sysfs sysfs "$root/sys"',
    'mount --rbind /dev "$root/dev"',
    'export DEBIAN_FRONTEND=noninteractive',
    'sh "$3" "$root"',
    inside('apt-get update && apt-get dist-upgrade --yes'),
    ...(extra.length > 0 ? [inside(install)] : []),
    'sh "$4" "$root"',
    inside('apt-get clean'),
    'umount -l "$root/dev" "$root/sys" "$root/proc"',
    ...(recipe.packageLists ? [] : ['rm -rf "$root"/var/lib/apt/lists/*']),
    'rm -rf "$root"/tmp/* "$root"/run/* "$root"/var/log/*.log "$root/var/log/apt" "$root/debootstrap"',
    'mkdir -p "$root/var/log/apt"',
    'rm -f "$root/usr/sbin/policy-rc.d" "$root/var/lib/dbus/machine-id"',
    ': > "$root/etc/machine-id"',
    ...(archive === undefined
      ? []
      : [`tar --create --auto-compress --numeric-owner --xattrs --file=${quote(archive)} --directory="$root" .`]),
    '',
  ].join('\n');
}

const optionFile = (path: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [writeFile(path, lines.map((line) => `${line}\n`).join(''))];
