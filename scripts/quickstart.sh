#!/usr/bin/env bash
# From a fresh Debian or Ubuntu machine with Node.js to an image that boots: installs what is missing, builds imgpack,
# builds templates/debian-cloud, boots the result once and shows what is in it.
# The image stays in ./output-quickstart; another folder may be given as the argument.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/prerequisites.sh

root=$PWD
folder=${1:-$root/output-quickstart}
started=$SECONDS
template=$root/templates/debian-cloud
imgpack() { "$root/bin/imgpack" "$@"; }
step() { printf '\n==> %s (%d s since the start)\n' "$1" $((SECONDS - started)); }

ensure_node
ensure_packages qemu-system-x86 qemu-utils mmdebstrap e2fsprogs debian-archive-keyring
ensure_modules

step 'Building imgpack'
npm run --silent build

# Outputs of an earlier quickstart are replaced; nothing else in the folder is touched.
mkdir -p "$folder"
cd "$folder"

step 'Debian 12 from packages: a disk that boots'
imgpack build -force "$template/base.pkr.hcl"

step 'Booting it, provisioning it over SSH, saving it'
imgpack build -force "$template/cloud.pkr.hcl"

step 'Booting the result as a new machine'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
imgpack build -force -color=false "$template/check.pkr.hcl" | tee "$log"

step 'What the template put there is there'
for wanted in 'system:' 'package: nginx-light' 'service: nginx is active' 'page:.*put here by imgpack'; do
  if ! grep "$wanted" "$log"; then
    echo "not found in the guest: $wanted" >&2
    exit 1
  fi
done
rm -rf output-check
printf '\nThe image: %s (%s)\nThe whole took %d s.\n' "$folder/output-cloud/debian-12-web.qcow2" \
  "$(du -h output-cloud/debian-12-web.qcow2 | cut -f1)" $((SECONDS - started))
