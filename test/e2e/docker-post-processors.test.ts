import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';
import { mayRunEngine, TestEngine } from '../support/docker-engine.js';
import { freePort } from '../support/sshd.js';

let engine: TestEngine;
let place: Workplace;
let registry: ChildProcess;
let server: string;

async function build(result: string, chain: string) {
  await place.write(
    't.pkr.hcl',
    `source "docker" "web" {
  image = "busybox:latest"
  pull  = false
  ${result}
}
build {
  sources = ["docker.web"]
  provisioner "shell" {
    inline = ["echo made > /etc/made"]
  }
  post-processors {
    ${chain}
  }
}
`,
  );
  return place.imgpack(['build', '-color=false', 't.pkr.hcl'], { env: { DOCKER_HOST: engine.host } });
}

describe.skipIf(!mayRunEngine() || !existsSync('/usr/bin/docker-registry'))('post-processors of docker', () => {
  beforeAll(async () => {
    engine = await TestEngine.start();
    place = await Workplace.make();
    server = `127.0.0.1:${await freePort()}`;
    const config = `version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "${server}"}\n`;
    await place.write('registry.yml', config);
    registry = spawn('/usr/bin/docker-registry', ['serve', join(place.folder, 'registry.yml')], { stdio: 'ignore' });
    for (let tries = 0; tries < 100; tries++) {
      if (
        await fetch(`http://${server}/v2/`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        break;
      await pause(100);
    }
  });
  afterAll(async () => {
    const ended = once(registry, 'exit');
    registry.kill();
    await ended;
    await place.remove();
    await engine.stop();
  });

  it('tags, saves and pushes a committed image, which comes back by pull', async () => {
    const chain = `post-processor "docker-tag" {
      repository = "${server}/web"
      tags       = ["1", "2"]
    }
    post-processor "docker-save" { path = "out/web.tar" }
    post-processor "docker-push" {}`;
    const { exitCode, stdout } = await build('commit = true', chain);
    expect(exitCode, stdout).toBe(0);
    const names = [`${server}/web:1`, `${server}/web:2`];
    const before = await engine.client.image(names[0] as string);
    expect(await fetch(`http://${server}/v2/web/tags/list`).then((answer) => answer.json())).toEqual({
      name: 'web',
      tags: ['1', '2'],
    });
    const manifest = execFileSync('tar', ['-xOf', join(place.folder, 'out/web.tar'), 'manifest.json'], {
      encoding: 'utf8',
    });
    expect((JSON.parse(manifest) as { RepoTags: string[] }[])[0]?.RepoTags.sort()).toEqual(names);
    for (const name of names) await engine.client.removeImage(name);
    expect(await engine.client.findImage(before.Id)).toBeUndefined();
    await engine.client.pull(names[0] as string, { onText: () => undefined });
    expect((await engine.client.image(names[0] as string)).Id).toBe(before.Id);
  });

  it('imports what was exported, with changes, and removes the archive', async () => {
    const chain = `post-processor "docker-import" {
      repository = "local/web"
      tag        = "x"
      changes    = ["CMD [\\"ls\\"]", "LABEL a=b"]
    }`;
    const { exitCode, stdout } = await build('export_path = "root.tar"', chain);
    expect(exitCode, stdout).toBe(0);
    const { Config, RootFS, RepoTags } = await engine.client.image('local/web:x');
    expect(RepoTags).toEqual(['local/web:x']);
    expect({ Cmd: Config?.Cmd, Labels: Config?.Labels, layers: RootFS?.Layers?.length }).toEqual({
      Cmd: ['ls'],
      Labels: { a: 'b' },
      layers: 1,
    });
    expect(Object.keys(await place.files())).not.toContain('root.tar');
  });

  it('refuses to push an image without a name', async () => {
    const { exitCode, stdout } = await build('commit = true', 'post-processor "docker-push" {}');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('has no name to push');
  });
});
