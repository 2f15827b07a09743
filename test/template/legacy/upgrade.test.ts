import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import type { Plan, PlannedComponent } from '../../../src/plan/plan.js';
import { builtInPlugins } from '../../../src/registry.js';
import { upgradeLegacyText } from '../../../src/template/legacy/upgrade-text.js';
import { factCases } from '../../support/facts-cases.js';
import { loadAndPlan } from '../../support/load-and-plan.js';

interface Fact {
  readonly id: string;
  readonly area: string;
  readonly files: Readonly<Record<string, string>>;
}

const templates = new Map(
  ['templates.jsonl', 'semantics.jsonl', 'own-legacy.jsonl']
    .flatMap((name) => factCases<Fact>(name))
    .filter(({ area }) => area === 'legacy JSON' || area === 'legacy-json')
    .map(({ files }) => [files['t.json'] as string, files] as const),
);

/** What a plan does, apart from the names of its builds, which HCL2 forms otherwise, and from folders as written. */
async function deeds({ builds }: Plan, directory: string): Promise<unknown> {
  const clean = async (component: PlannedComponent): Promise<object> => {
    const { config } = await component.configure();
    // A field that nobody fills in is rendered early in HCL2 and late in JSON.
    const text = JSON.stringify(config as unknown)
      .replaceAll(directory, '.')
      .replace(/\{\{\.\w+\}\}/g, '<no value>');
    return { type: component.type, config: JSON.parse(text) as unknown };
  };
  const all = builds.map(async (build) => ({
    name: build.identity.sourceName,
    builder: await clean(build.builder),
    provisioners: await Promise.all(
      build.provisioners.map(async (step) => ({
        ...(await clean(step)),
        retries: step.maxRetries,
        pause: step.pauseBefore,
        timeout: step.timeout,
      })),
    ),
    cleanup: build.errorCleanup && (await clean(build.errorCleanup)),
    chains: await Promise.all(
      build.chains.map((chain) =>
        Promise.all(chain.map(async (step) => ({ ...(await clean(step)), keep: step.keepInputArtifact }))),
      ),
    ),
  }));
  return (await Promise.all(all)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('a template that was upgraded plans the same', () => {
  it.each([...templates])('%s', async (text) => {
    const before = await loadAndPlan({ files: { 't.json': text }, path: 't.json' });
    const upgraded = await upgradeLegacyText({ name: 't.json', text }, builtInPlugins, new Diagnostics());
    if (upgraded === undefined) {
      expect(before.failed).toBe(true);
      return;
    }
    const after = await loadAndPlan({ files: { 't.pkr.hcl': upgraded } });
    if (before.failed) return;
    expect(after.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(await deeds(after.plan, after.directory)).toEqual(await deeds(before.plan, before.directory));
  });
});
