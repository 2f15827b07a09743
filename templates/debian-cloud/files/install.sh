#!/bin/sh
set -eu
apt-get update -q -o Acquire::Languages=none
apt-get install -q -y --no-install-recommends nginx-light
apt-get clean
rm -rf /var/lib/apt/lists/*
