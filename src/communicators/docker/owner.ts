import { ImgpackError } from '../../messages/message.js';
import type { Owner } from '../tar/writer.js';
import type { Container } from './communicator.js';
import { messages } from './messages.js';

const known = new WeakMap<object, Promise<Owner>>();

/** The user of the container by numbers, where uploads are to be that user's; asked for once. */
export async function ownerIn(container: Container): Promise<Owner | undefined> {
  if (!container.target.fixOwner || container.target.windows) return undefined;
  let owner = known.get(container.target);
  if (!owner) known.set(container.target, (owner = lookUp(container)));
  return owner;
}

async function lookUp({ engine, target }: Container): Promise<Owner> {
  const { Config } = await engine.container(target.container());
  const user = Config.User || 'root';
  const numbers = /^(\d+):(\d+)$/.exec(user);
  if (numbers) return { uid: Number(numbers[1]), gid: Number(numbers[2]) };
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  const exitCode = await engine.exec(target.container(), {
    command: ['/bin/sh', '-c', 'id -u && id -g'],
    user,
    onOutput: (stream, chunk) => (said[stream] += chunk.toString('utf8')),
  });
  const [uid, gid] = said.stdout.trim().split(/\s+/).map(Number);
  if (exitCode !== 0 || uid === undefined || gid === undefined) {
    throw new ImgpackError(messages.noUser(user, said.stderr.trim() || `exit code ${exitCode ?? 'none'}`));
  }
  return { uid, gid };
}
