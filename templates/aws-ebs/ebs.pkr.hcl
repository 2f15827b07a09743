# A web server on the newest Debian, as an AMI in one region.

variable "region" {
  default = "eu-central-1"
}

data "amazon-ami" "debian" {
  region = var.region
  filters = {
    name                = "debian-12-amd64-*"
    virtualization-type = "hvm"
    root-device-type    = "ebs"
  }
  owners      = ["136693071363"]
  most_recent = true
}

source "amazon-ebs" "web" {
  region        = var.region
  source_ami    = data.amazon-ami.debian.id
  instance_type = "t3.micro"
  ssh_username  = "admin"

  ami_name        = "web-{{timestamp}}"
  ami_description = "nginx on {{ .SourceAMIName }}"
  imds_support    = "v2.0"

  metadata_options {
    http_tokens = "required"
  }

  tags = {
    Name   = "web"
    Family = "web"
    Base   = "{{ .SourceAMI }}"
  }
}

build {
  sources = ["source.amazon-ebs.web"]

  provisioner "shell" {
    inline = [
      "cloud-init status --wait || true",
      "sudo apt-get update -q",
      "sudo apt-get install -qy nginx",
    ]
  }

  # The three newest images of the family stay.
  post-processor "amazon-ami-management" {
    region        = var.region
    tags          = { Family = "web" }
    keep_releases = 3
  }
}
