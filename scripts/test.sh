#!/usr/bin/env bash
# Runs every test: installs what is missing, builds, checks types, style and rooms, then the three rings.
# The last line counts: `Tests: N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/prerequisites.sh

ensure_node
ensure_packages qemu-system-x86 qemu-utils mmdebstrap debootstrap packer openssh-server openssh-client \
  genisoimage xorriso mtools ovmf e2fsprogs dosfstools fdisk extlinux syslinux-common tar gzip xz-utils zstd bzip2 lz4 zip unzip docker.io docker-registry busybox-static python3 python3-venv git tmux
ensure_modules
ensure_emulators

npm run --silent build
npm run --silent check

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for ring in fast command e2e; do
  echo "==> Ring: $ring"
  npx vitest run --project "$ring" --reporter=default --reporter=json --outputFile.json="$results/$ring.json" || status=1
done
node scripts/count-tests.mjs "$results" || status=1
exit $status
