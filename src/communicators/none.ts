import type { Communicator, NoneTarget } from '../contract/communicator.js';
import { ImgpackError } from '../messages/message.js';
import { messages } from './messages.js';

/** No way into the machine: commands count as successful; copies fail, or count as done where there is no machine at all. */
export function noCommunicator(target: NoneTarget = { type: 'none' }): Communicator {
  const refuse = () =>
    target.swallowsFiles
      ? Promise.resolve()
      : Promise.reject(new ImgpackError(messages.noTransferWithoutCommunicator()));
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
