#!/bin/sh
# Fills the second volume with a Debian that boots by itself.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy debootstrap parted

disk=$(lsblk -dnpo NAME,MOUNTPOINTS,TYPE | awk '$NF == "disk" { print $1 }' | while read -r name; do
  lsblk -no MOUNTPOINTS "$name" | grep -q . || echo "$name"
done | head -n 1)
parted -s "$disk" mklabel msdos mkpart primary ext4 1MiB 100% set 1 boot on
udevadm settle
root=$(lsblk -lnpo NAME,TYPE "$disk" | awk '$2 == "part" { print $1 }')
mkfs.ext4 -qL root "$root"
mount "$root" /mnt
debootstrap --variant=minbase --include=linux-image-cloud-amd64,grub-pc,cloud-init,openssh-server,sudo,systemd-sysv,ifupdown,isc-dhcp-client bookworm /mnt
echo 'LABEL=root / ext4 defaults 0 1' > /mnt/etc/fstab
for name in dev proc sys; do mount --rbind "/$name" "/mnt/$name"; done
chroot /mnt grub-install --target=i386-pc "$disk"
chroot /mnt update-grub
umount -R /mnt
