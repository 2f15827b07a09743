/** What a human-readable run said, taken apart. */
export interface RunOutput {
  /** Lines of each build, in order, without the prefix. */
  readonly said: Readonly<Record<string, readonly string[]>>;
  /** The same with post-processors apart: `NAME (TYPE)`. */
  readonly saidBy: Readonly<Record<string, readonly string[]>>;
  /** Names of ended builds as often as they ended: two builds may have one name. */
  readonly ended: readonly string[];
  readonly builds: Readonly<Record<string, 'finished' | 'errored'>>;
  readonly artifacts: Readonly<Record<string, readonly string[]>>;
  /** Places of faults, as printed. */
  readonly places: readonly {
    readonly severity: 'error' | 'warning';
    readonly file?: string;
    readonly line?: number;
  }[];
}

const NARRATIVE = [
  /^Running local shell script: /,
  /^Running post-processor: /,
  /^Provisioner failed with /,
  /^Setting a .* timeout for the next provisioner/,
  /^Cancelling provisioner after a timeout/,
  /^Pausing .* before the next provisioner/,
  /^Skipping .*: this is /,
  /^Skipping .* due to runtime OS/,
  /^writing `/,
  /^compressing to `/,
  /^`.*` is complete: /,
  /^leaving out: /,
  /^the artifact is now: /,
  /^Zipping /,
  /^Tarring /,
  /^Archive .* completed/,
  /^Using .* compression with /,
  /^Discarding files from artifact: /,
  /^Using these artifact files: /,
  /^Provisioning step had errors: /,
];

/** Whether a line is one that the tool says about its own work, and not a result of the template. */
export function isNarrative(line: string): boolean {
  return NARRATIVE.some((pattern) => pattern.test(line));
}

/** Takes the output of `build` and `validate` apart. */
export function readOutput(stdout: string): RunOutput {
  const text = stdout.replace(/\u001b\[[0-9;]*m/g, '');
  const said: Record<string, string[]> = {};
  const saidBy: Record<string, string[]> = {};
  const ended: string[] = [];
  const builds: Record<string, 'finished' | 'errored'> = {};
  const artifacts: Record<string, string[]> = {};
  const places: { severity: 'error' | 'warning'; file?: string; line?: number }[] = [];
  for (const line of text.split('\n')) {
    const build = /^Build '(.*)' (finished|errored) after /.exec(line);
    if (build) {
      builds[build[1] as string] = build[2] as 'finished' | 'errored';
      ended.push(build[1] as string);
    }
    const fault = /^(Error|Warning): /.exec(line);
    if (fault) places.push({ severity: fault[1] === 'Error' ? 'error' : 'warning' });
    const place = /^ {2}on (.*) line (\d+), column \d+:$/.exec(line);
    const last = places.at(-1);
    if (place && last && last.file === undefined) Object.assign(last, { file: place[1], line: Number(place[2]) });
    const lineOf = /^==> (.+?)( \([a-z-]+\))?:(?: (.*))?$/.exec(line);
    if (lineOf && !/^(Wait completed|Builds finished|Some builds)/.test(line.slice(4))) {
      const [, name = '', postProcessor = '', words = ''] = lineOf;
      (said[name] ??= []).push(words);
      (saidBy[name + postProcessor] ??= []).push(words);
    }
    const artifact = /^--> ([^:]+): (.*)$/.exec(line);
    if (artifact && builds[artifact[1] as string] !== 'errored')
      (artifacts[artifact[1] as string] ??= []).push(artifact[2] as string);
  }
  return { said, saidBy, ended, builds, artifacts, places };
}

/**
 * Whether a place of ours is the observed one or a better one: a line inside the block whose head line was observed, or any
 * place where none was.
 */
export function isAsGood(
  ours: { readonly file?: string; readonly line?: number } | undefined,
  observed: { readonly file: string; readonly line: number },
  files: Readonly<Record<string, string>>,
): boolean {
  if (!files[observed.file]) return true;
  if (ours?.file !== observed.file || ours.line === undefined) return false;
  const lines = (files[observed.file] as string).split('\n');
  if (ours.line === observed.line) return true;
  let depth = 0;
  for (let line = observed.line; line <= lines.length; line++) {
    const text = lines[line - 1] ?? '';
    depth += (text.match(/[[{(]/g) ?? []).length - (text.match(/[\]})]/g) ?? []).length;
    if (line === ours.line) return true;
    if (depth <= 0) return false;
  }
  return false;
}
