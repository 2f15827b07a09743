import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/contract/artifact.js';
import type { Failure, Reporter, RunEvent } from '../../src/contract/events.js';
import { debugLogReporter } from '../../src/reporters/debug-log.js';
import { humanReporter, type HumanOptions } from '../../src/reporters/human.js';
import { jsonReporter } from '../../src/reporters/json.js';
import { machineReadableReporter } from '../../src/reporters/machine-readable.js';
import { localTimestamp } from '../../src/reporters/timestamp.js';

const EXIT_CODE = 'Script exited with non-zero exit status: 1. Allowed exit codes are: [0]';
const FAILURE: Failure = { code: 'shell-local/exit-code', text: EXIT_CODE };
const STORED: Artifact = {
  builderId: 'packer.file',
  id: 'File',
  files: ['x.txt'],
  description: 'Stored file: x.txt',
  remove: [],
};

const say = (build: string, text: string): RunEvent => ({ type: 'say', origin: { build }, text });
const output = (build: string, line: string, stream: 'stdout' | 'stderr' = 'stdout'): RunEvent => ({
  type: 'output',
  origin: { build },
  stream,
  line,
});

/** One run of two builds, of which the first fails. */
const RUN: readonly RunEvent[] = [
  { type: 'run-started', runId: 'r', builds: ['null.a', 'file.b'] },
  { type: 'build-started', origin: { build: 'null.a' } },
  { type: 'step-started', origin: { build: 'null.a' }, step: 'connect' },
  { type: 'step-finished', origin: { build: 'null.a' }, step: 'connect', milliseconds: 1 },
  { type: 'resource', origin: { build: 'null.a' }, action: 'created', kind: 'local-file', id: 'file `x`' },
  say('null.a', 'Running local shell script: /tmp/script'),
  output('file.b', 'a  '),
  output('file.b', ''),
  output('file.b', 'b\rc\r'),
  output('null.a', '  d'),
  output('null.a', 'err', 'stderr'),
  say('null.a', 'Provisioning step had errors: Running the cleanup provisioner, if present...'),
  { type: 'say', origin: { build: 'file.b', postProcessor: 'shell-local' }, text: 'one\ntwo' },
  { type: 'artifact', origin: { build: 'file.b' }, index: 0, artifact: STORED },
  { type: 'build-finished', origin: { build: 'file.b' }, milliseconds: 8.528, artifacts: [STORED, STORED] },
  { type: 'build-finished', origin: { build: 'null.a' }, milliseconds: 83_000, failure: FAILURE, artifacts: [] },
  {
    type: 'run-finished',
    milliseconds: 83_001.5,
    cancelled: false,
    results: [
      { build: 'null.a', failure: FAILURE, artifacts: [] },
      { build: 'file.b', artifacts: [STORED, STORED] },
    ],
  },
];

const now = () => new Date('2026-11-24T13:54:32Z');

function told(make: (write: (text: string) => void) => Reporter, events: readonly RunEvent[]): string {
  let text = '';
  const reporter = make((more) => (text += more));
  for (const event of events) reporter.event(event);
  return text;
}

const human = (events: readonly RunEvent[], options: Partial<HumanOptions> = {}): string =>
  told((write) => humanReporter({ write, now, color: false, escapes: false, timestamps: false, ...options }), events);

describe('the human reporter', () => {
  it('writes lines and a closing summary as Packer does', () => {
    expect(human(RUN)).toBe(`==> null.a: Running local shell script: /tmp/script
==> file.b: a
==> file.b:
==> file.b: c
==> null.a:   d
==> null.a: err
==> null.a: Provisioning step had errors: Running the cleanup provisioner, if present...
==> file.b (shell-local): one
==> file.b (shell-local): two
Build 'file.b' finished after 8 milliseconds 528 microseconds.
Build 'null.a' errored after 1 minute 23 seconds: ${EXIT_CODE} [${FAILURE.code}]

==> Wait completed after 1 minute 23 seconds

==> Some builds didn't complete successfully and had errors:
--> null.a: ${EXIT_CODE}

==> Builds finished. The artifacts of successful builds are:
--> file.b: Stored file: x.txt
--> file.b: Stored file: x.txt
`);
  });

  it('gives every build a colour, announces it, and writes errors in red', () => {
    const text = human(RUN, { color: true, escapes: true }).replaceAll('\u001b', 'ESC');
    expect(text).toBe(`ESC[1;32mnull.a: output will be in this color.ESC[0m
ESC[1;36mfile.b: output will be in this color.ESC[0m

ESC[1;32m==> null.a: Running local shell script: /tmp/scriptESC[0m
ESC[1;36m==> file.b: aESC[0m
ESC[1;36m==> file.b:ESC[0m
ESC[1;36m==> file.b: cESC[0m
ESC[1;32m==> null.a:   dESC[0m
ESC[1;31m==> null.a: errESC[0m
ESC[1;32m==> null.a: Provisioning step had errors: Running the cleanup provisioner, if present...ESC[0m
ESC[1;36m==> file.b (shell-local): oneESC[0m
ESC[1;36m==> file.b (shell-local): twoESC[0m
ESC[1;36mBuild 'file.b' finished after 8 milliseconds 528 microseconds.ESC[0m
ESC[1;31mBuild 'null.a' errored after 1 minute 23 seconds: ${EXIT_CODE} [${FAILURE.code}]ESC[0m

==> Wait completed after 1 minute 23 seconds

==> Some builds didn't complete successfully and had errors:
--> null.a: ${EXIT_CODE}

==> Builds finished. The artifacts of successful builds are:
--> file.b: Stored file: x.txt
--> file.b: Stored file: x.txt
`);
  });

  it('goes through green, cyan, magenta, yellow and blue, and begins again', () => {
    const builds = Array.from({ length: 6 }, (_, index) => `null.${index}`);
    const text = human([{ type: 'run-started', runId: 'r', builds }], { color: true, escapes: true });
    expect(text.match(/1;(\d+)m/g)).toEqual(['1;32m', '1;36m', '1;35m', '1;33m', '1;34m', '1;32m']);
  });

  it('announces colours without writing them where NO_COLOR is set', () => {
    expect(human(RUN.slice(0, 6), { color: true, escapes: false })).toBe(`null.a: output will be in this color.
file.b: output will be in this color.

==> null.a: Running local shell script: /tmp/script
`);
  });

  it('puts the time in front of what builds say, not of the summary', () => {
    const stamp = localTimestamp(now());
    const lines = human(RUN, { timestamps: true }).split('\n');
    expect(lines[0]).toBe(`${stamp}: ==> null.a: Running local shell script: /tmp/script`);
    expect(lines[9]).toBe(`${stamp}: Build 'file.b' finished after 8 milliseconds 528 microseconds.`);
    expect(lines.slice(11, 13)).toEqual(['', '==> Wait completed after 1 minute 23 seconds']);
  });

  it('shows a failure in full once, with its place, causes, details and what to do', () => {
    const failure: Failure = {
      code: 'ssh/timeout',
      text: 'no login within 5m',
      hint: 'raise `ssh_timeout`',
      details: ['the end of the serial console:', '  Kernel panic'],
      causes: ['connection refused'],
      place: {
        file: 't.pkr.hcl',
        start: { offset: 0, line: 3, column: 7 },
        end: { offset: 1, line: 3, column: 8 },
      },
    };
    const events: RunEvent[] = [
      { type: 'build-finished', origin: { build: 'qemu.a' }, milliseconds: 300_000, failure, artifacts: [] },
      {
        type: 'run-finished',
        milliseconds: 300_000,
        cancelled: false,
        results: [{ build: 'qemu.a', failure, artifacts: [] }],
      },
    ];
    expect(human(events)).toBe(`Build 'qemu.a' errored after 5 minutes: no login within 5m [ssh/timeout]
  on t.pkr.hcl line 3, column 7
  cause: connection refused
  the end of the serial console:
    Kernel panic
  help: raise \`ssh_timeout\`

==> Wait completed after 5 minutes

==> Some builds didn't complete successfully and had errors:
--> qemu.a: no login within 5m

==> Builds finished but no artifacts were created.
`);
  });

  it('ends a cancelled run with one sentence', () => {
    const events: RunEvent[] = [
      { type: 'cancelling', signal: 'SIGINT' },
      {
        type: 'run-finished',
        milliseconds: 1000,
        cancelled: true,
        results: [{ build: 'a', failure: FAILURE, artifacts: [] }],
      },
    ];
    expect(human(events)).toBe(`Cancelling builds after SIGINT; once more stops at once, without cleaning up

==> Wait completed after 1 second
Cleanly cancelled builds after being interrupted.
`);
  });

  it('says what it waits for at once, and then at widening intervals', () => {
    const wait = (milliseconds: number): RunEvent => ({
      type: 'waiting',
      origin: { build: 'qemu.a' },
      text: `SSH on port 22: refused, ${milliseconds} attempts`,
      milliseconds,
    });
    const times = [50, 900, 4999, 5001, 9000, 15_000, 29_000, 31_000, 60_000, 119_000, 121_000, 130_000];
    expect(human([...times.map(wait), wait(60)])).toBe(`==> qemu.a: waiting: SSH on port 22: refused, 50 attempts
==> qemu.a: waiting: SSH on port 22: refused, 5001 attempts (5 seconds)
==> qemu.a: waiting: SSH on port 22: refused, 15000 attempts (15 seconds)
==> qemu.a: waiting: SSH on port 22: refused, 31000 attempts (31 seconds)
==> qemu.a: waiting: SSH on port 22: refused, 60000 attempts (1 minute)
==> qemu.a: waiting: SSH on port 22: refused, 121000 attempts (2 minutes 1 second)
==> qemu.a: waiting: SSH on port 22: refused, 60 attempts
`);
  });

  it('tells the progress of long work now and then, and of short work nothing', () => {
    let seconds = 0;
    const clock = () => new Date(seconds * 1000);
    const lines: string[] = [];
    const reporter = humanReporter({
      write: (text) => lines.push(text),
      now: clock,
      color: false,
      escapes: false,
      timestamps: false,
    });
    const progress = (label: string, done: number) =>
      reporter.event({ type: 'progress', origin: { build: 'a' }, label, done, total: 4 << 20, unit: 'bytes' });
    for (const [at, done] of [
      [0, 0],
      [2, 1 << 20],
      [4, 2 << 20],
      [9, 3 << 20],
      [20, 4 << 20],
    ] as const) {
      seconds = at;
      progress('long', done);
    }
    progress('short', 0);
    progress('short', 4 << 20);
    expect(lines).toEqual(['==> a: long: 50 % (2.0 MiB of 4.0 MiB)\n', '==> a: long: 100 % (4.0 MiB of 4.0 MiB)\n']);
  });

  it('shows warnings with what to do', () => {
    const failure = { code: 'x/y', text: 'something is old', hint: 'use something new' };
    expect(human([{ type: 'notice', severity: 'warning', failure }])).toBe(
      'Warning: something is old\n  help: use something new\n',
    );
  });
});

describe('the machine-readable reporter', () => {
  it('writes the same as Packer, in the same order, with the same escapes', () => {
    const text = told((write) => machineReadableReporter({ write, now }), RUN);
    expect(text.replaceAll('1795528472,', 'T,'))
      .toBe(String.raw`T,,ui,say,==> null.a: Running local shell script: /tmp/script
T,,ui,say,==> file.b: a
T,,ui,say,==> file.b:
T,,ui,say,==> file.b: c
T,,ui,say,==> null.a:   d
T,,ui,error,==> null.a: err
T,,ui,say,==> null.a: Provisioning step had errors: Running the cleanup provisioner%!(PACKER_COMMA) if present...
T,,ui,say,==> file.b (shell-local): one\n==> file.b (shell-local): two
T,,ui,say,Build 'file.b' finished after 8 milliseconds 528 microseconds.
T,,ui,error,Build 'null.a' errored after 1 minute 23 seconds: ${EXIT_CODE} [${FAILURE.code}]
T,,ui,say,\n==> Wait completed after 1 minute 23 seconds
T,,error-count,1
T,,ui,error,\n==> Some builds didn't complete successfully and had errors:
T,null.a,error,${EXIT_CODE}
T,,ui,error,--> null.a: ${EXIT_CODE}
T,,ui,say,\n==> Builds finished. The artifacts of successful builds are:
T,file.b,artifact-count,2
T,file.b,artifact,0,builder-id,packer.file
T,file.b,artifact,0,id,File
T,file.b,artifact,0,string,Stored file: x.txt
T,file.b,artifact,0,files-count,1
T,file.b,artifact,0,file,0,x.txt
T,file.b,artifact,0,end
T,,ui,say,--> file.b: Stored file: x.txt
T,file.b,artifact,1,builder-id,packer.file
T,file.b,artifact,1,id,File
T,file.b,artifact,1,string,Stored file: x.txt
T,file.b,artifact,1,files-count,1
T,file.b,artifact,1,file,0,x.txt
T,file.b,artifact,1,end
T,,ui,say,--> file.b: Stored file: x.txt
`);
  });

  it('escapes commas, line feeds and carriage returns in every field', () => {
    const text = told(
      (write) => machineReadableReporter({ write, now }),
      [{ type: 'notice', severity: 'error', failure: { code: 'a/b', text: 'a,b\r\nc' } }],
    );
    expect(text).toBe('1795528472,,ui,error,Error: a%!(PACKER_COMMA)b\\r\\nc\n');
  });
});

describe('the JSON reporter', () => {
  it('writes each event as a line with the version of the schema and the time', () => {
    const text = told((write) => jsonReporter({ write, now }), RUN.slice(0, 2));
    expect(text).toBe(
      '{"version":1,"time":"2026-11-24T13:54:32.000Z","type":"run-started","runId":"r","builds":["null.a","file.b"]}\n' +
        '{"version":1,"time":"2026-11-24T13:54:32.000Z","type":"build-started","origin":{"build":"null.a"}}\n',
    );
  });
});

describe('the debug log', () => {
  it('tells steps and resources as well', () => {
    const text = told((write) => debugLogReporter({ write, now }), RUN);
    expect(text.replaceAll('2026-11-24T13:54:32.000Z ', '')).toBe(`run r of 2 builds: null.a, file.b
null.a: starts
null.a: step "connect" starts
null.a: step "connect" took 1ms
null.a: created file \`x\` [local-file]
null.a: say: Running local shell script: /tmp/script
file.b: stdout: a${'  '}
file.b: stdout:${' '}
file.b: stdout: b\rc\r
null.a: stdout:   d
null.a: stderr: err
null.a: say: Provisioning step had errors: Running the cleanup provisioner, if present...
file.b: say: one
file.b: say: two
file.b: artifact 0: packer.file File
file.b: ended after 9ms: succeeded
null.a: ended after 1m23s: ${EXIT_CODE}
run ended after 1m23.002s
`);
  });
});

describe('local timestamps', () => {
  it('carry the offset of the time zone', () => {
    const at = (offset: number) => {
      const time = new Date('2026-11-24T13:54:32Z');
      time.getTimezoneOffset = () => offset;
      return localTimestamp(time);
    };
    expect([at(0), at(-60), at(210)]).toEqual([
      '2026-11-24T13:54:32Z',
      '2026-11-24T14:54:32+01:00',
      '2026-11-24T10:24:32-03:30',
    ]);
  });
});
