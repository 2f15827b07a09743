# Step 1: a disk with Debian 12, made from packages. No installer runs and no machine boots.

source "debootstrap" "base" {
  suite     = "bookworm"
  output    = "output-base/debian-12.qcow2"
  disk_size = "4G"
  hostname  = "debian"
  packages  = ["ca-certificates", "curl", "less", "vim-tiny"]

  # What apt knows stays in this image: step 2 installs without asking the archive again, and throws it away.
  package_lists = true

  # Documentation stays out; the licences stay in.
  dpkg_options = [
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
  ]
}

build {
  name    = "base"
  sources = ["source.debootstrap.base"]
}
