import type { DataSourceContext } from '../../src/contract/context.js';

/** The surroundings of a data source in a test. */
export function dataSourceContext(workingDirectory: string, rest: Partial<DataSourceContext> = {}): DataSourceContext {
  return {
    env: { PATH: process.env['PATH'], HOME: workingDirectory },
    workingDirectory,
    cacheDirectory: `${workingDirectory}/cache`,
    temporaryDirectory: workingDirectory,
    now: () => new Date('2026-01-02T03:04:05Z'),
    signal: new AbortController().signal,
    log: () => undefined,
    render: (template) => template,
    ...rest,
  };
}
