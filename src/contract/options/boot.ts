import { bool, duration, textList } from '../schema.js';

/** Keys typed into a booting machine. */
export const bootOptions = {
  boot_wait: duration({
    description: 'How long the machine boots before the first key; a negative value means no wait.',
    default: '10s',
  }),
  boot_command: textList({
    description: 'Text and special keys to type into the console; the strings are joined without a separator.',
    template: 'late',
  }),
  boot_keygroup_interval: duration({
    description: 'Pause after each group of keys, for machines that are typed to by scan codes.',
  }),
  boot_key_interval: duration({
    description: 'Pause after each key event.',
    defaultNote: '`PACKER_KEY_INTERVAL`, else `100ms`',
  }),
  disable_vnc: bool({
    description: 'Type nothing and open no connection to the screen. Not together with `boot_command`.',
    default: false,
  }),
} as const;
