import { spawn, spawnSync } from 'node:child_process';
import { once as happened } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guestTemplate, makeBase } from './debian.mjs';
import { compare, once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

const COMMANDS = ['echo provisioned > /etc/provisioned', 'sync'];

/**
 * A Debian guest from a disk image: boot, two provisioners, shut down, compact. The floor is the same by hand: QEMU alone,
 * asked every 20 ms whether it greets, with one connection of OpenSSH for the commands, until it has powered itself off,
 * and one run of qemu-img.
 */
export async function run() {
  const place = workplace();
  try {
    const options = await makeBase(place);
    const provisioners = COMMANDS.map((line) => `\n  provisioner "shell" {\n    inline = ["${line}"]\n  }\n`).join('');
    writeFileSync(join(place.folder, 't.pkr.hcl'), guestTemplate(provisioners));
    const figures = await compare(
      'a Debian image, cold',
      {
        imgpack: () => once(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], options),
        packer: () => once(packer, ['build', '-color=false', 't.pkr.hcl'], options),
        floor: () => floor(place.folder),
      },
      {
        runs: 3,
        warmup: 0,
        before: async () => {
          for (const name of ['out', 'store', 'floor.qcow2', 'floor.out'])
            rmSync(join(place.folder, name), { recursive: true, force: true });
        },
      },
    );
    console.log(`  imgpack is ${(figures.imgpack.seconds - figures.floor.seconds).toFixed(1)} s above the floor`);
  } finally {
    place.remove();
  }
}

async function floor(folder) {
  const begin = performance.now();
  const disk = join(folder, 'floor.qcow2');
  spawnSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(folder, 'base.qcow2'), '-F', 'qcow2', disk, '4G']);
  const port = 4600 + Math.floor(Math.random() * 300);
  const machine = ['-machine', 'type=pc,accel=tcg', '-m', '1024M', '-smp', '2', '-display', 'none'];
  const network = ['-netdev', `user,id=n,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net,netdev=n'];
  const drive = ['-drive', `file=${disk},if=virtio,cache=writeback,discard=ignore,format=qcow2`];
  const qemu = spawn('qemu-system-x86_64', [...machine, ...network, ...drive], { stdio: 'ignore' });
  const ended = happened(qemu, 'exit');
  try {
    while (!(await greets(port))) await pause(20);
    const login = [
      '-i',
      join(folder, 'key'),
      '-p',
      String(port),
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'LogLevel=ERROR',
    ];
    const known = ['-o', 'UserKnownHostsFile=/dev/null', '-o', `ControlPath=${join(folder, 'control')}`];
    const ssh = (...words) => spawnSync('ssh', [...login, ...known, ...words, 'root@127.0.0.1']);
    ssh('-o', 'ControlMaster=yes', '-f', '-N');
    for (const command of [...COMMANDS, 'systemctl poweroff']) {
      spawnSync('ssh', [...login, ...known, 'root@127.0.0.1', command]);
    }
    await ended;
    spawnSync('qemu-img', ['convert', '-O', 'qcow2', disk, join(folder, 'floor.out')]);
    return { seconds: (performance.now() - begin) / 1000, cpu: 0, mebibytes: 0, code: 0, output: '' };
  } finally {
    qemu.kill('SIGKILL');
  }
}

function greets(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => done(false));
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
