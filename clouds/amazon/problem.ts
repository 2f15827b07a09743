import type { Problem } from '../../src/contract/plugin.js';
import type { Message } from '../../src/messages/message.js';

export const problem = (option: string | undefined, message: Message): Problem => ({
  severity: 'error',
  message,
  ...(option !== undefined && { option }),
});
