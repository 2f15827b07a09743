# Debian from nothing: debootstrap fills a second volume, which becomes the root of the image.

variable "region" {
  default = "eu-central-1"
}

source "amazon-ebssurrogate" "debian" {
  region        = var.region
  instance_type = "t3.small"
  ssh_username  = "admin"

  source_ami_filter {
    filters = {
      name                = "debian-12-amd64-*"
      virtualization-type = "hvm"
    }
    owners      = ["136693071363"]
    most_recent = true
  }

  launch_block_device_mappings {
    device_name           = "/dev/xvdf"
    volume_type           = "gp3"
    volume_size           = 4
    delete_on_termination = true
  }

  ami_name                = "debian-from-nothing-{{timestamp}}"
  ami_virtualization_type = "hvm"
  ena_support             = true
  boot_mode               = "legacy-bios"

  ami_root_device {
    source_device_name    = "/dev/xvdf"
    device_name           = "/dev/xvda"
    delete_on_termination = true
    volume_type           = "gp3"
    volume_size           = 4
  }
}

build {
  sources = ["source.amazon-ebssurrogate.debian"]

  provisioner "shell" {
    script          = "${path.root}/bootstrap.sh"
    execute_command = "sudo {{ .Vars }} sh {{ .Path }}"
  }
}
