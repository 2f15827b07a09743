import type { Host } from '../host.js';
import type { ValidateValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { openSession } from './session.js';

/** `imgpack validate`: everything that can be known without building. Exit 1 on an error, 0 with warnings. */
export async function run(values: CommandArguments<ValidateValues>, host: Host): Promise<number> {
  const say = values['machine-readable'] ? machineLines(host) : (text: string) => host.out(text);
  const session = await openSession(
    {
      path: values.positionals[0] as string,
      values,
      warnUndeclared: !values['no-warn-undeclared-var'],
      evaluateDataSources: values['evaluate-datasources'],
      syntaxOnly: values['syntax-only'],
      ignoreMissingPlugins: values['ignore-missing-plugins'],
      signal: new AbortController().signal,
      write: say,
    },
    host,
  );
  if (session.failed) return 1;
  if (values['syntax-only']) {
    say('The syntax is valid; nothing else was checked.\n');
    return 0;
  }
  const { failed } = await session.plan();
  if (failed) return 1;
  say('The configuration is valid.\n');
  return 0;
}

/** Text as `ui` lines of the machine-readable form. */
function machineLines(host: Host): (text: string, severity?: 'error' | 'warning') => void {
  return (text, severity) => {
    const data = text
      .replace(/\n+$/, '')
      .replaceAll(',', '%!(PACKER_COMMA)')
      .replaceAll('\r', '\\r')
      .replaceAll('\n', '\\n');
    host.out(`${Math.floor(Date.now() / 1000)},,ui,${severity === 'error' ? 'error' : 'say'},${data}\n`);
  };
}
