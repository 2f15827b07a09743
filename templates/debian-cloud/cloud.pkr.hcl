# Step 2: the disk of step 1 is booted, set up by cloud-init, provisioned over SSH, and saved.

variable "greeting" {
  type        = string
  default     = "This page was put here by imgpack."
  description = "What the web server answers."
}

# A key pair of this machine's own, kept in the cache folder.
data "sshkey" "debian" {
  name = "debian-cloud"
  type = "ed25519"
}

source "qemu" "cloud" {
  iso_url      = "output-base/debian-12.qcow2"
  iso_checksum = "none"
  disk_image   = true
  disk_size    = "4G"

  output_directory = "output-cloud"
  vm_name          = "debian-12-web.qcow2"

  # The finished disk is packed: a third of the size for two more seconds.
  disk_compression = true
  qemu_img_args {
    convert = ["-o", "compression_type=zstd"]
  }

  memory   = 1024
  cpus     = 2
  headless = true

  # cloud-init reads this CD at the first start.
  cd_label = "cidata"
  cd_content = {
    "meta-data" = "instance-id: build\n"
    "user-data" = templatefile("files/user-data.tpl", {
      key = trimspace(data.sshkey.debian.public_key)
    })
  }

  ssh_username         = "debian"
  ssh_private_key_file = data.sshkey.debian.private_key_path
  ssh_timeout          = "10m"

  shutdown_command = "sudo systemctl poweroff"
}

build {
  name    = "cloud"
  sources = ["source.qemu.cloud"]

  # A package.
  provisioner "shell" {
    env = {
      DEBIAN_FRONTEND = "noninteractive"
    }
    execute_command = "{{.Vars}} sudo -E sh '{{.Path}}'"
    script          = "${path.root}/files/install.sh"
  }

  # A file.
  provisioner "file" {
    content     = "<h1>Hello</h1>\n<p>${var.greeting}</p>\n"
    destination = "/tmp/index.html"
  }

  # A service, and a clean end: the next machine makes an identity of its own.
  provisioner "shell" {
    execute_command = "{{.Vars}} sudo sh '{{.Path}}'"
    scripts = [
      "${path.root}/files/enable.sh",
      "${path.root}/files/clean.sh",
    ]
  }

  post-processor "manifest" {
    output = "output-cloud/manifest.json"
  }
}
