# Runs provisioners on a machine that exists already. No image is made, and the machine goes on running.

variable "host" {
  type        = string
  description = "Name or address of the machine."
}

variable "user" {
  type    = string
  default = "root"
}

variable "key" {
  type        = string
  default     = "~/.ssh/id_ed25519"
  description = "Private key that may log in."
}

variable "port" {
  type    = number
  default = 22
}

source "null" "server" {
  ssh_host             = var.host
  ssh_port             = var.port
  ssh_username         = var.user
  ssh_private_key_file = var.key
}

build {
  sources = ["source.null.server"]

  provisioner "file" {
    content     = "managed by imgpack\n"
    destination = "/tmp/imgpack-was-here"
  }

  provisioner "shell" {
    inline = [
      "echo \"host:   $(hostname)\"",
      "echo \"system: $(uname -sr)\"",
      "cat /tmp/imgpack-was-here",
    ]
  }
}
