import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Workplace, type Outcome } from '../support/command.js';
import { factCases } from '../support/facts-cases.js';
import { isAsGood, readOutput } from '../support/output.js';
import { knownDifferences, notCovered } from './differences.js';

interface Case {
  readonly id: string;
  readonly area: string;
  readonly files: Record<string, string>;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly before?: readonly (readonly string[])[];
  readonly http?: Record<string, { status?: number; headers?: readonly (readonly [string, string])[]; body?: string }>;
  readonly exit: number;
  readonly observed: {
    readonly verdict?: string;
    readonly diagnostics?: readonly { severity: string; file?: string; line?: number; at?: string }[];
    readonly echo?: Record<string, readonly string[]>;
    readonly builds?: Record<string, string>;
    readonly artifacts?: Record<string, readonly string[]>;
    readonly stdout?: string;
    readonly lines?: readonly string[];
    readonly files_after?: Record<string, string | null | { size: number; head_hex: string }>;
    readonly crash?: boolean;
  };
  readonly unstable?: readonly string[];
}

const cases = factCases<Case>('semantics.jsonl').filter((fact) => !notCovered(fact) && !knownDifferences.has(fact.id));

describe('whole templates mean what they mean to Packer', () => {
  it.concurrent.each(cases.map((fact) => [fact.id, fact] as const))('%s', async (_title, fact) => {
    const server = fact.http && (await serve(fact.http));
    const address = server ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : '';
    const at = (text: string) => text.replaceAll('$HTTP', address);
    const place = await Workplace.make(
      Object.fromEntries(Object.entries(fact.files).map(([name, text]) => [name, at(text)])),
    );
    try {
      for (const line of fact.before ?? []) await place.imgpack(line);
      const outcome = await place.imgpack(fact.args.map(at), {
        env: fact.env ?? {},
        ...(fact.stdin !== undefined && { stdin: fact.stdin }),
      });
      compare(fact, outcome, address, place);
      if (fact.observed.files_after) await compareFiles(fact, place);
    } finally {
      await place.remove();
      server?.close();
    }
  });
});

function compare(fact: Case, outcome: Outcome, address: string, place: Workplace): void {
  const { observed } = fact;
  const context = `${outcome.stdout}\n${outcome.stderr}`;
  const output = readOutput(outcome.stdout);
  expect(outcome.exitCode, context).toBe(observed.crash ? 1 : fact.exit);
  if (observed.echo) {
    const clean = (lines: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(
        Object.entries(lines)
          .map(
            ([name, said]) => [name, said.filter((line) => line.startsWith('@')).map((line) => line.slice(1))] as const,
          )
          .filter(([, said]) => said.length > 0),
      );
    const expected = Object.fromEntries(
      Object.entries(observed.echo).map(([name, lines]) => [
        name,
        lines.map((line) => line.replaceAll('$HTTP', address)),
      ]),
    );
    const actual = clean(output.said);
    for (const [name, lines] of Object.entries(expected)) {
      expect(
        (actual[name] ?? []).map((line) => generalize(line, place)),
        `${name}\n${context}`,
      ).toEqual(lines);
    }
  }
  if (observed.builds) expect(output.builds, context).toEqual(observed.builds);
  // Packer's summary was observed by name; where two builds share one, ours tells both.
  if (observed.artifacts && new Set(output.ended).size === output.ended.length) {
    const counts = (list: Record<string, readonly string[]>) =>
      Object.fromEntries(Object.entries(list).map(([name, items]) => [name, items.length]));
    expect(counts(output.artifacts as Record<string, readonly string[]>), context).toEqual(counts(observed.artifacts));
  }
  const first = observed.diagnostics?.find(({ severity }) => severity === 'error');
  if (first?.file !== undefined && first.line !== undefined) {
    const ours = output.places.find(({ severity, file }) => severity === 'error' && file !== undefined);
    const accepted = [{ file: first.file, line: first.line }, ...placeAt(first.at)];
    expect(
      accepted.some((observed) => isAsGood(ours, observed, fact.files)),
      context,
    ).toBe(true);
  }
  const holdsOutput = ['inspect', 'console', 'fmt'].includes(fact.args[0] as string) && fact.exit === 0;
  if (observed.stdout !== undefined && holdsOutput) expect(outcome.stdout, context).toBe(observed.stdout);
}

function placeAt(at: string | undefined): { file: string; line: number }[] {
  const match = /^(.*):(\d+),/.exec(at ?? '');
  return match ? [{ file: match[1] as string, line: Number(match[2]) }] : [];
}

function generalize(line: string, place: Workplace): string {
  return line
    .replaceAll(place.folder, '$DIR')
    .replaceAll(place.home, '$HOME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '$UUID');
}

async function compareFiles(fact: Case, place: Workplace): Promise<void> {
  const files = await place.files();
  for (const [name, expected] of Object.entries(fact.observed.files_after ?? {})) {
    if (fact.unstable?.includes(name) || fact.unstable?.includes('files_after')) continue;
    const file = files[name];
    if (expected === null) expect(file, name).toBeUndefined();
    else if (typeof expected === 'string') {
      const text = generalize(file?.toString('utf8') ?? '(missing)', place).replace(/("build_time": )\d+/g, '$1$TIME');
      expect(text, name).toBe(expected);
    } else expect(file?.subarray(0, 4).toString('hex'), name).toBe(expected.head_hex.slice(0, 8));
  }
}

/** `$METHOD`, `$BODY` and `$XH` in a body stand for what was asked. */
async function serve(routes: NonNullable<Case['http']>): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = routes[request.url ?? ''];
      response.writeHead(route?.status ?? (route ? 200 : 404), (route?.headers ?? []).flat());
      const body = (route?.body ?? '')
        .replaceAll('$METHOD', request.method ?? '')
        .replaceAll('$BODY', Buffer.concat(chunks).toString('utf8'))
        .replaceAll('$XH', String(request.headers['x-test'] ?? ''));
      response.end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
