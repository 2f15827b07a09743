import { problem } from '../../src/contract/helpers/problem.js';
import type { Problem } from '../../src/contract/plugin.js';
import { messages } from './messages.js';
import type { BuildConfig } from './steps/config.js';

const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Checks the further disks. */
export function* validateDisks({ disk_attachment: disks }: BuildConfig): Generator<Problem> {
  for (const [i, disk] of disks.entries()) {
    const at = (name: string): string => `disk_attachment[${i}].${name}`;
    const refuse = (name: string, reason: string): Problem => problem(at(name), messages.refused(name, reason));
    if (disk.source_volume) {
      for (const name of ['disk_name', 'volume_type', 'volume_size', 'iops', 'source_image'] as const)
        if (disk[name]) yield refuse(name, 'cannot be used with `source_volume`');
      continue;
    }
    if (!disk.volume_type) yield problem(at('volume_type'), messages.needed(['volume_type', 'source_volume']));
    if (disk.volume_type === 'scratch') {
      for (const name of ['disk_name', 'device_name', 'keep_device', 'create_image'] as const)
        if (disk[name]) yield refuse(name, 'cannot be used with scratch disks');
      continue;
    }
    if (!disk.volume_size && !disk.source_image)
      yield problem(at('volume_size'), messages.needed(['volume_size', 'source_image', 'source_volume']));
    if (disk.disk_name && !NAME.test(disk.disk_name)) yield refuse('disk_name', 'cannot be the name of a disk');
    if (disk.iops && disk.volume_type !== 'pd-extreme') yield refuse('iops', 'can be set for pd-extreme only');
    else if (disk.iops && (disk.iops < 10_000 || disk.iops > 120_000)) yield refuse('iops', 'must be 10000 to 120000');
  }
  if (disks.filter(({ create_image: isImage }) => isImage).length > 1)
    yield problem('disk_attachment', messages.refused('create_image', 'can be set for one disk only'));
}
