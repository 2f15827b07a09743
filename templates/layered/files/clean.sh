#!/bin/sh
set -eu
cloud-init clean --logs
rm -f /etc/ssh/ssh_host_* /home/debian/.ssh/authorized_keys /var/lib/systemd/random-seed
truncate -s 0 /etc/machine-id
