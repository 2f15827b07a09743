import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const SECRET = 'Tr0ub4dor&3/"quo\'ted" <tag>';

const template = `
variable "password" {
  type      = string
  sensitive = true
}
local "derived" {
  expression = "user:\${var.password}"
  sensitive  = true
}
source "null" "a" {
  communicator = "none"
}
source "file" "f" {
  target  = "out.txt"
  content = "nothing secret"
}
build {
  sources = ["null.a", "file.f"]
  provisioner "shell-local" {
    env = { PW = var.password, DERIVED = local.derived }
    inline = [
      "printf '%s\\n' \\"raw $PW\\"",
      "printf '%s\\n' \\"derived $DERIVED\\" >&2",
      "printf %s \\"$PW\\" | base64 -w0; echo",
      "printf %s \\"x$PW\\" | base64 -w0; echo",
      "printf %s \\"xy$PW\\" | base64 -w0; echo",
      "printf %s \\"$PW\\" | base64 -w8",
      "printf %s \\"$PW\\" | od -An -tx1 -v | tr -d ' \\\\n'; echo",
      "node -e 'console.log(encodeURIComponent(process.env.PW))'",
      "node -e 'console.log(JSON.stringify(process.env.PW))'",
      "printf '%.8s\\n' \\"$PW\\"; printf '%s\\n' \\"$PW\\" | cut -c9-",
    ]
  }
  post-processor "manifest" {
    output      = "m.json"
    custom_data = { pw = var.password, link = "https://x/?p=\${urlencode(var.password)}" }
  }
}
`;

/** Every form in which the secret must not be found. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const shifted = (by: number) =>
    Buffer.concat([Buffer.alloc(by, 'x'), bytes])
      .toString('base64')
      .slice(by === 0 ? 0 : 4, -4);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    shifted(1),
    shifted(2),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

async function allText(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n');
}

describe('a sensitive variable', () => {
  it.each([
    ['human output', ['build', 'secret.pkr.hcl']],
    ['machine-readable output', ['build', '-machine-readable', 'secret.pkr.hcl']],
    ['the events file', ['build', '-events=events.ndjson', 'secret.pkr.hcl']],
    ['the plan', ['plan', '-json', 'secret.pkr.hcl']],
    ['inspect', ['inspect', '-json', 'secret.pkr.hcl']],
  ])('is in no form in %s, in no log, no journal and no manifest', async (_title, args) => {
    const place = await Workplace.make({ 'secret.pkr.hcl': template });
    try {
      const outcome = await place.imgpack(args, { env: { PKR_VAR_password: SECRET, PACKER_LOG: '1' } });
      expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
      const files = await place.files();
      const written = Object.entries(files).map(([name, content]) => `${name}\n${content.toString('utf8')}`);
      const everything = [
        outcome.stdout,
        outcome.stderr,
        await allText(place.state),
        await allText(place.home),
        ...written,
      ].join('\n');
      const joined = everything.replace(/\n(==> [^:]+: )?/g, '');
      for (const form of forms(SECRET)) {
        expect(everything, form).not.toContain(form);
        expect(joined, `${form} over line ends`).not.toContain(form);
      }
      if (args[0] === 'build') expect(outcome.stdout).toContain('<sensitive>');
    } finally {
      await place.remove();
    }
  });
});
