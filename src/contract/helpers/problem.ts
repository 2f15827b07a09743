import type { Problem } from '../plugin.js';
import type { Message } from '../../messages/message.js';

/** A fault of an option, or of the whole component. */
export const problem = (option: string | undefined, message: Message): Problem => ({
  severity: 'error',
  message,
  ...(option !== undefined && { option }),
});
