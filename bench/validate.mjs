import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

const template = `variable "name" {
  type    = string
  default = "web"
}

locals {
  tags = { for k in ["a", "b"] : k => upper("\${var.name}-\${k}") }
}

source "null" "one" {
  communicator = "none"
}

build {
  sources = ["source.null.one"]

  provisioner "shell-local" {
    inline = ["echo \${jsonencode(local.tags)}"]
  }

  post-processor "manifest" {
    output = "m.json"
  }
}
`;

/** `validate` of a small template: what an editor and every CI job waits for. */
export async function run() {
  const place = workplace();
  try {
    writeFileSync(join(place.folder, 't.pkr.hcl'), template);
    const options = { cwd: place.folder, env: place.env };
    await compare(
      'validate, a small template',
      {
        imgpack: () => once(process.execPath, [imgpack, 'validate', 't.pkr.hcl'], options),
        packer: () => once(packer, ['validate', 't.pkr.hcl'], options),
      },
      { runs: 15 },
    );
  } finally {
    place.remove();
  }
}
