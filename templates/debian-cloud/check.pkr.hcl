# Step 3: the image of step 2 boots as a new machine, and shows what is in it. Nothing is kept but an overlay of some MB.

data "sshkey" "check" {
  name = "debian-cloud"
  type = "ed25519"
}

source "qemu" "check" {
  iso_url          = "output-cloud/debian-12-web.qcow2"
  iso_checksum     = "none"
  disk_image       = true
  use_backing_file = true
  skip_resize_disk = true
  skip_compaction  = true

  output_directory = "output-check"
  vm_name          = "overlay.qcow2"

  memory   = 1024
  cpus     = 2
  headless = true

  cd_label = "cidata"
  cd_content = {
    "meta-data" = "instance-id: check\n"
    "user-data" = templatefile("files/user-data.tpl", {
      key = trimspace(data.sshkey.check.public_key)
    })
  }

  ssh_username         = "debian"
  ssh_private_key_file = data.sshkey.check.private_key_path
  ssh_timeout          = "10m"

  shutdown_command = "sudo systemctl poweroff"
}

build {
  name    = "check"
  sources = ["source.qemu.check"]

  provisioner "shell" {
    inline = [
      ". /etc/os-release && echo \"system:  $PRETTY_NAME\"",
      "echo \"package: $(dpkg-query --show nginx-light)\"",
      "echo \"service: nginx is $(systemctl is-active nginx)\"",
      "echo \"page:    $(curl --fail --silent http://localhost/ | tr -d '\\n')\"",
    ]
  }
}
