import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/** A call that AWS refused. `awsCode` is the code of its answer. */
export class AwsFault extends ImgpackError {
  readonly awsCode: string;

  constructor(action: string, cause: Error, text: string) {
    super(messages.callFailed(action, cause.name, text), { cause });
    this.awsCode = cause.name;
  }
}

/** Whether AWS refused a call with one of these codes. */
export const isFault = (error: unknown, ...codes: readonly (string | RegExp)[]): error is AwsFault =>
  error instanceof AwsFault &&
  codes.some((code) => (typeof code === 'string' ? error.awsCode === code : code.test(error.awsCode)));

/** Awaits a removal; what is gone already is as good. */
export async function unlessGone(removal: Promise<unknown>, ...codes: readonly (string | RegExp)[]): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!isFault(error, ...codes)) throw error;
  });
}

export const CAPACITY =
  /^(InsufficientInstanceCapacity|InsufficientCapacity|SpotMaxPriceTooLow|MaxSpotInstanceCountExceeded|InsufficientHostCapacity|UnfulfillableCapacity|Unsupported|InsufficientFreeAddressesInSubnet)$/;
