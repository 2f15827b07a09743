import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { Reference } from '../../hcl/eval/references.js';
import type { Body } from '../../hcl/syntax/ast.js';
import { nearest } from '../../messages/near.js';
import type { Iterators } from '../../template/body.js';
import { keyed } from '../../template/expansion.js';
import { reportError } from '../../template/report.js';
import type { ArtifactReference } from '../late-values.js';
import { messages } from '../messages.js';
import { ARTIFACT, artifactUsesIn } from './references.js';

/** A build that may be referred to. */
export interface NamedBuild {
  /** Unique. */
  readonly id: string;
  readonly name: string;
  readonly builderType: string;
  /** The module that it is in, as its name begins; empty outside of modules. */
  readonly module: string;
}

/** What a body reads of other builds. */
export interface ArtifactUse {
  /** Whether it says `artifact` at all: elsewhere that is no name. */
  readonly isUsed: boolean;
  readonly references: readonly ArtifactReference[];
}

export const NO_ARTIFACTS: ArtifactUse = { isUsed: false, references: [] };

/** The builds of a template by the names under which `artifact` has them. */
export class ArtifactNames {
  private readonly builds = new Map<string, NamedBuild[]>();
  private readonly modules: ReadonlyMap<string, string>;

  constructor(all: readonly NamedBuild[]) {
    this.modules = new Map(all.map(({ id, module }) => [id, module]));
    for (const build of all) this.builds.set(build.name, [...(this.builds.get(build.name) ?? []), build]);
  }

  builderType(name: string): string | undefined {
    return this.builds.get(name)?.[0]?.builderType;
  }

  /** What a body of the build `self` reads. In a module, names are those of the builds in the module. References that mean no build, or several, or `self`, are reported. */
  usesIn(body: Body, iterators: Iterators, self: string, diagnostics: Diagnostics): ArtifactUse {
    const uses = iterators.has(ARTIFACT) ? [] : artifactUsesIn(body);
    if (uses.length === 0) return NO_ARTIFACTS;
    const found = uses.flatMap((use) => this.resolve(use, this.modules.get(self) ?? '', diagnostics));
    const own = found.find(({ build }) => build === self);
    if (own) reportError(diagnostics, messages.artifactOfItself(own.name), { subject: own.range });
    return { isUsed: true, references: found.filter(({ build }) => build !== self) };
  }

  private resolve({ path, range }: Reference, module: string, diagnostics: Diagnostics): ArtifactReference[] {
    for (let length = path.length; length > 0; length--) {
      const name = keyed(module, path.slice(0, length).join('.'));
      const [build, other] = this.builds.get(name) ?? [];
      if (!build) continue;
      if (other) {
        reportError(diagnostics, messages.artifactAmbiguous(name), { subject: range });
        return [];
      }
      const attribute = path[length];
      return [
        { build: build.id, name, path: path.slice(0, length), ...(attribute !== undefined && { attribute }), range },
      ];
    }
    const start = keyed(module, path.join('.'));
    const instances = path.length < 2 ? [] : this.instancesOf(start);
    if (instances.length === 0) {
      const written = path.join('.');
      const names = this.namesIn(module);
      reportError(diagnostics, messages.artifactUnknown(written, names, meant(written, names)), { subject: range });
    }
    return instances.map(({ id, name }) => {
      const key = name.slice(start.length + 1);
      return { build: id, name, path: [...path, key], range };
    });
  }

  /** A name that stops before the key stands for all instances. */
  private instancesOf(start: string): NamedBuild[] {
    return [...this.builds.values()].flat().filter(({ name }) => name.startsWith(`${start}.`));
  }

  /** Names as a body in the module writes them. */
  private namesIn(module: string): string[] {
    const names = [...this.builds.keys()];
    if (module === '') return names;
    return names.filter((name) => name.startsWith(`${module}.`)).map((name) => name.slice(module.length + 1));
  }
}

/** The build that was probably meant: one whose name ends so, or one of a similar name. */
function meant(written: string, names: readonly string[]): string | undefined {
  const part = written.replace(/\.[^.]*$/, '');
  return names.find((name) => name.endsWith(`.${part}`)) ?? nearest(part, names) ?? nearest(written, names);
}
