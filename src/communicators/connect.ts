import type { Communicator, ConnectionTarget } from '../contract/communicator.js';
import { ImgpackError } from '../messages/message.js';
import type { ConnectContext } from './context.js';
import { messages } from './messages.js';
import { noCommunicator } from './none.js';

export type { ConnectContext } from './context.js';

/**
 * Connects to a machine. The library behind a kind of communicator is loaded when the first machine of that kind comes.
 * @throws ImgpackError where no login succeeds in time; CancelledError when the signal fires
 */
export async function connect(target: ConnectionTarget, context: ConnectContext): Promise<Communicator> {
  switch (target.type) {
    case 'none':
      return noCommunicator(target);
    case 'custom':
      return target.connect(context.signal);
    case 'docker': {
      const { dockerCommunicator } = await import('./docker/communicator.js');
      return dockerCommunicator(target);
    }
    case 'ssh': {
      const { connectSsh } = await import('./ssh/connect.js');
      return connectSsh(target, context);
    }
    default:
      throw new ImgpackError(messages.winrmUnsupported());
  }
}
