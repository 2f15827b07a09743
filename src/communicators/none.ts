import type { Communicator } from '../contract/communicator.js';
import { ImgpackError } from '../messages/message.js';
import { messages } from './messages.js';

/** No way into the machine: commands count as successful, copies fail. */
export function noCommunicator(): Communicator {
  const refuse = () => Promise.reject(new ImgpackError(messages.noTransferWithoutCommunicator()));
  return {
    type: 'none',
    run: () => Promise.resolve({ exitCode: 0, disconnected: false }),
    upload: refuse,
    uploadDirectory: refuse,
    download: refuse,
    downloadDirectory: refuse,
    close: () => Promise.resolve(),
  };
}
