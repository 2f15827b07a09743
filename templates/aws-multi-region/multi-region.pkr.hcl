# One encrypted image, built on spot capacity, copied to three regions and shared with an account.

variable "key" {
  description = "alias of the KMS key; it exists in every region under this name"
  default     = "alias/images"
}

variable "account" {
  description = "account that may launch the image"
  default     = "111122223333"
}

locals {
  regions = ["eu-central-1", "eu-west-1", "us-east-1"]
}

source "amazon-ebs" "base" {
  region = "eu-central-1"

  source_ami_filter {
    filters = {
      name                = "debian-12-amd64-*"
      virtualization-type = "hvm"
    }
    owners      = ["136693071363"]
    most_recent = true
  }

  spot_price              = "auto"
  spot_instance_types     = ["t3.small", "t3a.small", "m6i.large"]
  spot_fallback_on_demand = true
  ssh_username            = "admin"

  ami_name           = "base-{{timestamp}}"
  ami_regions        = local.regions
  ami_users          = [var.account]
  encrypt_boot       = true
  region_kms_key_ids = { for region in local.regions : region => var.key }
  kms_key_id         = var.key

  tags = {
    Name = "base"
  }
}

build {
  sources = ["source.amazon-ebs.base"]

  provisioner "shell" {
    inline = ["sudo apt-get update -q", "sudo apt-get -qy upgrade"]
  }

  post-processor "manifest" {
    output = "images.json"
  }
}
