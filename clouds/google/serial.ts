import type { Cloud } from './cloud.js';

export interface MachineName {
  readonly project: string;
  readonly zone: string;
  readonly instance: string;
}

/** Reads what a machine says on its serial console: each call what came since the one before. */
export function serialReader(cloud: Cloud, machine: MachineName): (signal: AbortSignal) => Promise<string> {
  let start: string | undefined;
  return async (signal) => {
    const request = { ...machine, port: 1, ...(start !== undefined && { start }) };
    const { contents = '', next } = await cloud.call('instances.getSerialPortOutput', request, signal);
    if (next !== undefined) start = next;
    return contents;
  };
}

/** Text without the sequences that move the cursor and set colours. */
export const plainText = (text: string): string =>
  text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b[()][AB0]|[\u0000-\u0008\u000b-\u001a]/g, '').replace(/\r/g, '');
