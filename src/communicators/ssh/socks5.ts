import { isIP, isIPv4 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SshTarget } from '../../contract/communicator.js';
import { ImgpackError } from '../../messages/message.js';
import { messages } from './messages.js';

/** Replies of a SOCKS5 proxy (RFC 1928, section 6). */
const REPLIES: Record<number, string> = {
  1: 'it failed',
  2: 'its rules forbid the connection',
  3: 'the network cannot be reached',
  4: 'the host cannot be reached',
  5: 'the host refuses the connection',
  6: 'the way is too long',
  7: 'it does not know the command',
  8: 'it does not know the kind of address',
};

/** Says to a proxy at the other end of `stream` where to lead it. @returns the same stream, ready for use */
export async function throughSocks5(
  stream: Duplex,
  proxy: NonNullable<SshTarget['proxy']>,
  host: string,
  port: number,
): Promise<Duplex> {
  const read = reader(stream);
  const fail = (reason: string) => new ImgpackError(messages.proxyFailed(`${proxy.host}:${proxy.port}`, reason));
  try {
    const withPassword = proxy.username !== undefined;
    stream.write(Buffer.from(withPassword ? [5, 2, 0, 2] : [5, 1, 0]));
    const [version, method] = await read(2);
    if (version !== 5) throw fail('it does not speak SOCKS5');
    if (method === 2 && withPassword) {
      const [user, password] = [Buffer.from(proxy.username ?? ''), Buffer.from(proxy.password ?? '')];
      stream.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
      const [, status] = await read(2);
      if (status !== 0) throw fail('it refuses the user and password');
    } else if (method !== 0) {
      throw fail(withPassword ? 'it takes no password' : 'it wants a user and password');
    }
    stream.write(Buffer.concat([Buffer.from([5, 1, 0]), address(host), Buffer.from([port >> 8, port & 255])]));
    const [, reply = 1, , kind] = await read(4);
    if (reply !== 0) throw Object.assign(fail(REPLIES[reply] ?? `reply ${reply}`), { refused: reply === 5 });
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await read(1))[0] as number);
    await read(length + 2);
    return stream;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function address(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.concat([Buffer.from([4]), ipv6(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function ipv6(host: string): Buffer {
  const [head = '', tail] = host.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** Reads exact numbers of bytes, and leaves what comes after them in the stream. */
function reader(stream: Duplex): (size: number) => Promise<Buffer> {
  return (size) =>
    new Promise((resolve, reject) => {
      const attempt = () => {
        const chunk = stream.read(size) as Buffer | null;
        if (chunk === null) return;
        stream.off('readable', attempt).off('error', reject).off('end', ended);
        if (chunk.length === size) resolve(chunk);
        else reject(new Error('the proxy closed the connection'));
      };
      const ended = () => reject(new Error('the proxy closed the connection'));
      stream.on('readable', attempt).once('error', reject).once('end', ended);
      attempt();
    });
}
