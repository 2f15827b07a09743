import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectMonitor, type QmpEvent } from '../../../builders/qemu/qmp.js';

let folder: string;
let path: string;
let server: Server;
let received: { execute: string; arguments?: unknown; id: number }[];
let peer: Socket;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-qmp-'));
  path = join(folder, 'qmp.sock');
  received = [];
  server = createServer((socket) => {
    peer = socket;
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        const call = JSON.parse(line) as (typeof received)[0];
        received.push(call);
        if (call.execute === 'bad') socket.write(`{"id": ${call.id}, "error": {"class": "X", "desc": "not so"}}\r\n`);
        else if (call.execute !== 'silent')
          socket.write(`{"return": {"did": "${call.execute}"}, "id": ${call.id}}\r\n`);
      }
    });
  });
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const listen = () => new Promise<void>((resolve) => server.listen(path, resolve));
const connect = (alive = () => true) => connectMonitor(path, new AbortController().signal, alive);

describe('the monitor', () => {
  it('answers calls after it was greeted', async () => {
    await listen();
    const monitor = await connect();
    expect(await monitor.execute('stop')).toEqual({ did: 'stop' });
    expect(await Promise.all([monitor.execute('a', { x: 1 }), monitor.execute('b')])).toEqual([
      { did: 'a' },
      { did: 'b' },
    ]);
    expect(received).toEqual([
      { execute: 'qmp_capabilities', id: 1 },
      { execute: 'stop', id: 2 },
      { execute: 'a', arguments: { x: 1 }, id: 3 },
      { execute: 'b', id: 4 },
    ]);
    monitor.close();
  });

  it('is waited for until it listens', async () => {
    const connecting = connect();
    await listen();
    (await connecting).close();
  });

  it('is given up when QEMU ended', async () => {
    await expect(connect(() => false)).rejects.toMatchObject({ code: 'qemu/monitor-closed' });
    await listen();
  });

  it('tells why a call was refused', async () => {
    await listen();
    const monitor = await connect();
    await expect(monitor.execute('bad')).rejects.toMatchObject({
      code: 'qemu/monitor-refused',
      message: 'QEMU refused `bad`: not so',
    });
    monitor.close();
  });

  it('fails what waits when the connection breaks, and everything after', async () => {
    await listen();
    const monitor = await connect();
    const waiting = monitor.execute('silent');
    peer.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'qemu/monitor-closed' });
    await expect(monitor.execute('more')).rejects.toMatchObject({ code: 'qemu/monitor-closed' });
  });

  it('hands events on, even when they come in pieces', async () => {
    await listen();
    const monitor = await connect();
    const event = new Promise<QmpEvent>((resolve) => monitor.onEvent(resolve));
    peer.write('{"event": "SHUTDOWN", "data": {"reason"');
    peer.write(': "guest-shutdown"}, "timestamp": {}}\r\n');
    expect(await event).toMatchObject({ event: 'SHUTDOWN', data: { reason: 'guest-shutdown' } });
    monitor.close();
  });
});
