import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';
import { mayRunEngine, TestEngine } from '../support/docker-engine.js';

let engine: TestEngine;
let place: Workplace;

const template = (options: string, last = 'echo told $KIND') => `
source "docker" "web" {
  image = "busybox:latest"
  pull  = false
  ${options}
}
build {
  sources = ["docker.web"]
  provisioner "shell" {
    inline = ["echo first > /etc/first"]
  }
  provisioner "file" {
    source      = "site"
    destination = "/srv"
  }
  provisioner "shell" {
    inline = [${JSON.stringify(last)}]
  }
  provisioner "file" {
    direction   = "download"
    source      = "/etc/first"
    destination = "fetched"
  }
}
`;

const build = async (text: string) => {
  await place.write('t.pkr.hcl', text);
  return place.imgpack(['build', '-color=false', 't.pkr.hcl'], { env: { DOCKER_HOST: engine.host } });
};

describe.skipIf(!mayRunEngine())('the builder docker', () => {
  beforeAll(async () => {
    engine = await TestEngine.start();
    place = await Workplace.make({ 'site/a/index.html': 'hello', 'site/b.txt': 'b' });
  });
  afterAll(async () => {
    await place.remove();
    await engine.stop();
  });

  it('commits what provisioners made, with the program of the source, and goes on from saved states', async () => {
    const cold = await build(template('commit = true\nchanges = ["LABEL kind=web", "USER 1000"]'));
    expect(cold.exitCode, cold.stdout).toBe(0);
    expect(cold.stdout).toContain('docker.web: told base\n');
    const id = /Imported Docker image: (sha256:[0-9a-f]{64})/.exec(cold.stdout)?.[1] ?? '';
    const { Config } = await engine.client.image(id);
    const { Cmd, Entrypoint, Env, Labels, User } = Config ?? {};
    expect({ Cmd, Entrypoint, Labels, User }).toEqual({
      Cmd: ['sh'],
      Entrypoint: [''],
      Labels: { kind: 'web' },
      User: '1000',
    });
    expect(Env).toContain('KIND=base');
    expect((await place.files())['fetched']?.toString()).toBe('first\n');
    const warm = await build(template('commit = true', 'cat /etc/first /srv/site/a/index.html'));
    expect(warm.exitCode, warm.stdout).toBe(0);
    expect(warm.stdout).toContain('back where it was after `provisioner 2: file`');
    expect(warm.stdout).toContain('docker.web: first\n');
    expect((await engine.left()).containers).toEqual([]);
  });

  it('exports the file system', async () => {
    const { exitCode, stdout } = await build(template('export_path = "out/root.tar"'));
    expect(exitCode, stdout).toBe(0);
    const list = execFileSync('tar', ['-tf', join(place.folder, 'out/root.tar')], { encoding: 'utf8' }).split('\n');
    expect(list.filter((name) => /^(etc\/first|srv\/)/.test(name)).sort()).toEqual([
      'etc/first',
      'srv/',
      'srv/site/',
      'srv/site/a/',
      'srv/site/a/index.html',
      'srv/site/b.txt',
    ]);
  });

  it('leaves no container when a provisioner fails', async () => {
    const before = await engine.left();
    const { exitCode, stdout } = await build(template('discard = true', 'exit 7'));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/exit(ed)? (code|with|status)[^\n]*7/i);
    expect((await engine.left()).containers).toEqual(before.containers);
  });
});
