import { expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const files = {
  't.pkr.hcl': `module "page" {
  source   = "./page"
  for_each = { de = "Hallo", en = "Hello" }
  text     = each.value
  target   = "made-\${each.key}.txt"
}
source "file" "index" {
  content = join("\\n", [for page in module.page : page.target])
  target  = "made-index.txt"
}
build {
  sources = ["file.index"]
}
`,
  'page/page.pkr.hcl': `variable "text" {
  type = string
}
variable "target" {
  type = string
}
source "file" "f" {
  content = file("head.txt")
  target  = var.target
}
build {
  sources = ["file.f"]
  provisioner "shell-local" {
    inline = ["printf '%s from %s' '\${var.text}' '\${build.name}' >>\${var.target}"]
  }
}
output "target" {
  value = var.target
}
`,
  'page/head.txt': '> ',
};

it('modules are built with the template that uses them, each instance with its own values', async () => {
  const place = await Workplace.make(files);
  try {
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '-no-cache', '.']);
    expect(exitCode, stdout).toBe(0);
    const made = Object.entries(await place.files()).filter(([name]) => name.startsWith('made-'));
    expect(Object.fromEntries(made.map(([name, content]) => [name, content.toString()]))).toEqual({
      'made-de.txt': '> Hallo from page.de',
      'made-en.txt': '> Hello from page.en',
      'made-index.txt': 'made-de.txt\nmade-en.txt',
    });
  } finally {
    await place.remove();
  }
});

it('modules show in the plan under their names, and their faults in their files', async () => {
  const place = await Workplace.make(files);
  try {
    const { stdout } = await place.imgpack(['plan', '-json', '-only=page.en.*', '.']);
    const { builds } = JSON.parse(stdout) as { builds: { name: string; place: string }[] };
    expect(builds.map(({ name, place: at }) => `${name} ${at}`)).toEqual(['page.en.file.f page/page.pkr.hcl:12']);
    await place.write('page/page.pkr.hcl', files['page/page.pkr.hcl'].replace('  content', '  contnt'));
    const outcome = await place.imgpack(['validate', '.'], { env: { NO_COLOR: '1' } });
    expect(outcome).toMatchObject({
      exitCode: 1,
      stdout: `Error: an argument named \`contnt\` is not expected here [template/unsupported-argument]

  on page/page.pkr.hcl line 8, column 3:
  8 |   contnt = file("head.txt")
    |   ^^^^^^

help: did you mean \`content\`?

`,
    });
  } finally {
    await place.remove();
  }
});
