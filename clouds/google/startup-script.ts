/** What the wrapper tells of the end of the script, on the serial console and in the metadata. */
export const STATUS = 'startup-script-status';
export const WRAPPED = 'packer-wrapped-startup-script';
export const SERIAL_MARK = 'imgpack-startup-script:';

/**
 * Runs the script that stands in the metadata, and tells how it ended. The serial console can be written to by every
 * machine; the metadata only by one whose account may change it, with gcloud.
 */
export const WRAPPER = `#!/bin/sh
base=http://metadata.google.internal/computeMetadata/v1/instance
ask() { curl -sf -H 'Metadata-Flavor: Google' "$base/$1"; }
script=$(mktemp)
status=error
if ask attributes/${WRAPPED} > "$script"; then
  chmod 700 "$script"
  "$script" && status=done
fi
rm -f "$script"
target=$(ask attributes/startup-script-log-dest)
if [ -n "$target" ] && command -v gsutil > /dev/null; then
  journalctl -o cat -u google-startup-scripts.service | gsutil -q cp - "$target"
fi
echo "${SERIAL_MARK} $status" > "\${SERIAL_PORT:-/dev/ttyS0}"
if command -v gcloud > /dev/null; then
  zone=$(ask zone)
  gcloud -q compute instances add-metadata "$(hostname)" --zone="\${zone##*/}" --metadata=${STATUS}=$status
fi
[ "$status" = done ]
`;

/** How a wrapped script ended, as its machine says; undefined: it still runs. */
export function scriptStatus(
  metadata: readonly { key: string; value: string }[],
  serial: string,
): 'done' | 'error' | undefined {
  const told =
    new RegExp(`${SERIAL_MARK} (done|error)`).exec(serial)?.[1] ?? metadata.find(({ key }) => key === STATUS)?.value;
  return told === 'done' || told === 'error' ? told : undefined;
}
