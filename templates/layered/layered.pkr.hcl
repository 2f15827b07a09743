# Three layers: a base from packages, an image with what all machines share, and on top of it one image for each role.
# Each layer reads the artifact of the one below; the roles are made in parallel.

variable "roles" {
  type = map(string)
  default = {
    web    = "Serves pages."
    worker = "Does the work."
  }
  description = "Images on top of the common one: a name, and what it is for."
}

# A key pair of this machine's own, kept in the cache folder.
data "sshkey" "debian" {
  name = "layered"
  type = "ed25519"
}

locals {
  user_data = templatefile("files/user-data.tpl", {
    key = trimspace(data.sshkey.debian.public_key)
  })
}

# Made from packages: no installer runs and no machine boots.
source "debootstrap" "debian" {
  suite     = "bookworm"
  output    = "output-layered/base/debian-12.qcow2"
  disk_size = "4G"
  hostname  = "debian"

  # Documentation stays out; the licences stay in.
  dpkg_options = [
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
  ]
}

# What all machines share.
source "qemu" "common" {
  iso_url      = artifact.base.debootstrap.debian.path
  iso_checksum = "none"
  disk_image   = true
  disk_size    = "4G"

  output_directory = "output-layered/common"
  vm_name          = "common.qcow2"

  memory   = 1024
  cpus     = 2
  headless = true

  # cloud-init reads this CD at the first start.
  cd_label = "cidata"
  cd_content = {
    "meta-data" = "instance-id: common\n"
    "user-data" = local.user_data
  }

  ssh_username         = "debian"
  ssh_private_key_file = data.sshkey.debian.private_key_path
  ssh_timeout          = "10m"

  shutdown_command = "sudo systemctl poweroff"
}

# One image for each role: only what differs from the common image, which it needs beside it.
source "qemu" "role" {
  for_each = var.roles

  iso_url          = artifact.common.qemu.common.path
  iso_checksum     = "none"
  disk_image       = true
  use_backing_file = true
  skip_resize_disk = true
  skip_compaction  = true

  output_directory = "output-layered/${each.key}"
  vm_name          = "${each.key}.qcow2"

  memory   = 1024
  cpus     = 1
  headless = true

  cd_label = "cidata"
  cd_content = {
    "meta-data" = "instance-id: ${each.key}\n"
    "user-data" = local.user_data
  }

  ssh_username         = "debian"
  ssh_private_key_file = data.sshkey.debian.private_key_path
  ssh_timeout          = "10m"

  shutdown_command = "sudo systemctl poweroff"
}

build {
  name    = "base"
  sources = ["source.debootstrap.debian"]
}

build {
  name    = "common"
  sources = ["source.qemu.common"]

  provisioner "shell" {
    execute_command = "{{.Vars}} sudo sh '{{.Path}}'"
    scripts = [
      "${path.root}/files/common.sh",
      "${path.root}/files/clean.sh",
    ]
  }
}

build {
  name     = "image"
  for_each = var.roles
  sources  = ["source.qemu.role[${each.key}]"]

  provisioner "shell" {
    inline = [
      "echo '${each.key}: ${each.value}' | sudo tee /etc/role > /dev/null",
      "role",
    ]
  }

  # The next machine makes an identity of its own.
  provisioner "shell" {
    execute_command = "{{.Vars}} sudo sh '{{.Path}}'"
    script          = "${path.root}/files/clean.sh"
  }
}
