# The smallest build: a file, its checksum, and a record of both. It needs nothing but imgpack.

variable "name" {
  type    = string
  default = "world"
}

source "file" "hello" {
  content = "Hello, ${var.name}!\n"
  target  = "output-hello/hello.txt"
}

build {
  sources = ["source.file.hello"]

  provisioner "shell-local" {
    inline = ["echo \"building ${source.name}\""]
  }

  post-processors {
    post-processor "checksum" {
      checksum_types = ["sha256"]
      output         = "output-hello/{{.ChecksumType}}sums.txt"
    }

    post-processor "manifest" {
      output = "output-hello/manifest.json"
    }
  }
}
