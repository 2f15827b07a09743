import { expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

it('inspect shows locals that can be known although a variable is not set, as Packer does', async () => {
  const place = await Workplace.make({
    't.pkr.hcl': `variable "unset" {
}
locals {
  fixed = upper("x")
  open  = "\${var.unset}-1"
}
source "null" "n" {
  communicator = "none"
}
build {
  sources = ["null.n"]
}
`,
  });
  try {
    expect(await place.imgpack(['inspect', 't.pkr.hcl'])).toEqual({
      exitCode: 0,
      signal: null,
      stderr: '',
      stdout: `Packer Inspect: HCL2 mode

> input-variables:

var.unset: "<unknown>"

> local-variables:

local.fixed: "X"
local.open: "<unknown>"

> builds:

  > <unnamed build 0>:

    sources:

      null.n

    provisioners:

      <no provisioner>

    post-processors:

      <no post-processor>

`,
    });
  } finally {
    await place.remove();
  }
});
