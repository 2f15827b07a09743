import type { Host } from '../host.js';
import { faultAsJson } from '../messages/annotate.js';
import type { Printable } from '../messages/print.js';
import type { ValidateValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { openSession } from './session.js';

/**
 * `imgpack validate`: everything that can be known without building. Exit 1 on an error, 0 with warnings. With `-json` one
 * object on standard output: `{ "valid": bool, "diagnostics": [{ severity, code, summary, detail, suggestion, place, values }] }`.
 */
export async function run(values: CommandArguments<ValidateValues>, host: Host): Promise<number> {
  const faults: Printable[] = [];
  const say = values.json
    ? () => undefined
    : values['machine-readable']
      ? machineLines(host)
      : (text: string) => host.out(text);
  const valid = await check(values, host, say, (fault) => faults.push(fault));
  if (values.json) host.out(`${JSON.stringify({ valid, diagnostics: faults.map(faultAsJson) }, null, 2)}\n`);
  return valid ? 0 : 1;
}

async function check(
  values: CommandArguments<ValidateValues>,
  host: Host,
  say: (text: string, severity?: 'error' | 'warning') => void,
  collect: (fault: Printable) => void,
): Promise<boolean> {
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
      ...(values.json && { collect }),
    },
    host,
  );
  if (session.failed) return false;
  if (values['syntax-only']) {
    say('The syntax is valid; nothing else was checked.\n');
    return true;
  }
  if ((await session.plan()).failed) return false;
  say('The configuration is valid.\n');
  return true;
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
