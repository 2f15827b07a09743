#!/bin/sh
set -eu
install() { apt-get install -q -y --no-install-recommends nginx-light; }
# The image of step 1 knows the packages of its day; when it is older, the archive has moved on.
install || { apt-get update -q -o Acquire::Languages=none && install; }
apt-get clean
rm -rf /var/lib/apt/lists/*
