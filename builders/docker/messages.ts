import { catalogue } from '../../src/messages/message.js';

export const messages = catalogue('docker-builder', {
  noResult: () => ({
    text: 'it is not said what becomes of the container',
    hint: 'set one of `commit = true`, `export_path` and `discard = true`',
  }),
  resultTwice: (options: readonly string[]) => ({
    text: `only one of ${options.map((name) => `\`${name}\``).join(' and ')} can be done`,
    hint: 'set one of `commit`, `export_path` and `discard`',
  }),
  imageMissing: () => ({ text: '`image` is empty', hint: 'name the image that the container starts from' }),
  exportIsFolder: (path: string) => ({ text: `\`${path}\` is a folder`, hint: 'name a file in `export_path`' }),
  argumentUnknown: (argument: string) => ({
    text: `\`${argument}\` in \`run_command\` is not an argument that can be given to the engine`,
    hint: 'leave it out, or use the option of the builder for it',
  }),
  argumentEmpty: (argument: string) => ({ text: `\`${argument}\` in \`run_command\` has no value` }),
  noImageInCommand: () => ({
    text: '`run_command` names no image',
    hint: 'end its arguments with `{{.Image}}`, and what the container shall run behind it',
  }),
  ended: (code: number) => ({
    text: `the container ended by itself with exit code ${code}`,
    hint: 'the program of `run_command` has to go on running; the default is a shell, which the image must have',
  }),
  stateUnusable: (image: string) => ({ text: `the image \`${image}\` of the saved state is gone` }),
  noAddress: () => ({
    text: 'the container has no address to log in to',
    hint: 'set `ssh_host`, or let the container join a network',
  }),
  winrmUnsupported: () => ({
    text: 'a container cannot be reached by `winrm` yet',
    hint: 'leave `communicator` out: commands then run through the engine',
  }),
});
