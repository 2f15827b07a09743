import type { Host } from '../host.js';
import { cleanup } from '../engine/cleanup.js';
import type { CleanupValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { stateDirectoryOf } from './environment.js';
import { resourceKinds } from './resource-kinds.js';

/** `imgpack cleanup`: destroys what runs that were killed have left. Exit 1 if something could not be removed. */
export async function run(values: CommandArguments<CleanupValues>, host: Host): Promise<number> {
  const cancel = new AbortController();
  const stopListening = host.onSignal((signal) => cancel.abort(signal));
  try {
    const outcome = await cleanup({
      stateDirectory: stateDirectoryOf(host),
      resourceKinds,
      ...(values.run !== undefined && { runId: values.run }),
      dryRun: values['dry-run'],
      signal: cancel.signal,
      report: (line) => host.out(`${line}\n`),
    });
    return outcome.failed > 0 ? 1 : 0;
  } finally {
    stopListening();
  }
}
