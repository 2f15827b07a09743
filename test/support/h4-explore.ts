import { factCases } from '/work/main/test/support/facts-cases.js';
import { caseOfCommandLine, loadAndPlan } from '/work/main/test/support/load-and-plan.js';
const want = process.argv[2];
let pass = 0,
  fail = 0;
const skip = new Set(['json']);
for (const f of ['messages', 'diagnostics', 'semantics', 'templates']) {
  let p = 0,
    n = 0;
  for (const c of factCases<any>(f + '.jsonl')) {
    if (want && !c.id.includes(want)) continue;
    const args: string[] = c.args;
    if (args[0] !== 'validate' && args[0] !== 'build') continue;
    if (args.at(-1)!.endsWith('.json') && !args.at(-1)!.endsWith('.pkr.json')) continue;
    if (c.http || c.before) continue;
    if (args.some((a) => a === '-on-error=zzz' || a === '-machine-readable')) continue;
    const diags =
      f === 'diagnostics'
        ? c.summary !== undefined
          ? [{ severity: 'error', summary: c.summary, file: c.file, line: c.line, at: c.at }]
          : []
        : f === 'semantics'
          ? (c.observed.diagnostics ?? [])
          : (c.diagnostics ?? []);
    const places =
      f === 'semantics' || f === 'diagnostics'
        ? diags
            .filter((d: any) => d.severity === 'error' && d.line)
            .map((d: any) => ({ file: d.file, line: d.line, at: d.at }))
        : (c.places ?? []);
    const expectError = diags.some((d: any) => d.severity === 'error' && d.summary !== 'No builds to run');
    let r;
    try {
      r = await loadAndPlan({ files: c.files, env: c.env, ...caseOfCommandLine(args) });
    } catch (e: any) {
      console.log('CRASH', c.id, e.stack.split('\n').slice(0, 4).join('|'));
      n++;
      continue;
    }
    const errs = r.diagnostics.filter((d) => d.severity === 'error');
    const first = errs[0];
    let ok = expectError === errs.length > 0;
    let why = 'verdict';
    if (ok && expectError && places[0]?.file) {
      const s = first.subject;
      why = 'place';
      const e = places[0];
      ok = !!s && s.file === e.file && (s.start.line === e.line || (e.at && s.start.line === e.at.line));
      if (!ok && s && s.file === e.file && s.start.line > e.line) {
        ok = true;
        if (process.env.V) console.log('inside?', c.id, 'expected', e.line, 'got', s.start.line, first.summary);
      }
    }
    if (ok) p++;
    else {
      n++;
      console.log(
        'FAIL',
        f,
        c.id,
        why,
        'expected',
        JSON.stringify(diags[0]?.summary),
        JSON.stringify(places[0]),
        'got',
        errs
          .slice(0, 3)
          .map((d) => `${d.code}: ${d.summary} ${d.detail ?? ''} @${d.subject?.file}:${d.subject?.start.line}`),
      );
      if (want) console.log(Object.values(c.files).join('\n---\n'));
    }
  }
  console.log(f, p, n);
  pass += p;
  fail += n;
}
console.log(pass, fail);
