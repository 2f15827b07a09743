import { randomInt } from 'node:crypto';
import { scriptOptions } from '../../src/contract/helpers/script-options.js';
import { bool, defineSchema, duration, text, type Decoded } from '../../src/contract/schema.js';

/** Every option of the `shell` provisioner. */
export const schema = defineSchema({
  attributes: {
    ...scriptOptions,
    execute_command: text({
      description:
        'Command that runs the script. `{{ .Path }}` is its path in the machine, `{{ .Vars }}` are the variables, `{{ .EnvVarFile }}` is their file.',
      defaultNote:
        '`chmod +x {{.Path}}; {{.Vars}} {{.Path}}`, with `use_env_var_file` `chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}`',
      template: 'late',
    }),
    env_var_format: text({
      description: 'How one variable is written: a `printf` format for its name and its value.',
      defaultNote: "`%s='%s' `, with `use_env_var_file` `export %s='%s'` and a line end",
    }),
    inline_shebang: text({
      description: 'Interpreter of an inline script. Unset, an inline script may bring its own `#!` line.',
      defaultNote: '`/bin/sh -e`',
    }),
    use_env_var_file: bool({
      description: 'Put the variables into a file in the machine, which the command reads.',
      default: false,
    }),
    remote_folder: text({ description: 'Folder in the machine for the script.', default: '/tmp' }),
    remote_file: text({ description: 'Name of the script there.', defaultNote: '`script_` and a number, `.sh`' }),
    remote_path: text({
      description: 'Whole path of the script in the machine.',
      defaultNote: '`remote_folder`, a slash and `remote_file`',
    }),
    binary: bool({
      description: 'Copy the script as it is; otherwise its line ends become those of Unix.',
      default: false,
    }),
    expect_disconnect: bool({
      description: 'Take a session that ends without an exit code as success, such as one that a restart cuts off.',
      default: false,
    }),
    start_retry_timeout: duration({
      description: 'How long the start of a script is tried again, while the machine cannot be reached or written to.',
      default: '5m',
    }),
    skip_clean: bool({ description: 'Leave the script and the file of variables in the machine.', default: false }),
    pause_after: duration({ description: 'Time to wait after all scripts.', default: '0s' }),
  },
});

export type Config = Decoded<typeof schema>;

/** Options as they are meant, defaults that hang on others filled in. */
export interface Settings {
  readonly remotePath: string;
  readonly variableFile: string;
  readonly variableFormat: string;
  /** Undefined: the standard one. */
  readonly executeCommand: string | undefined;
}

export function settingsOf(config: Config, random: (limit: number) => number = randomInt): Settings {
  const folder = config.remote_folder || '/tmp';
  const file = config.remote_file || `script_${random(9999)}.sh`;
  return {
    remotePath: config.remote_path || `${folder}/${file}`,
    variableFile: `${folder}/varfile_${random(9999)}.sh`,
    variableFormat: config.env_var_format || (config.use_env_var_file ? "export %s='%s'\n" : "%s='%s' "),
    executeCommand: config.execute_command || undefined,
  };
}
