import type { BuildValues } from '../../contract/artifact.js';
import { renderGoTemplate, type GoFunctions } from '../../go-template/render.js';
import { UNKNOWN_TEXT } from '../../contract/build-keys.js';
import type { LegacyBuild } from './functions.js';
import type { LegacyTemplate } from './legacy-template.js';
import type { RenderText } from './options.js';

/** `{{user `x`}}` on its own, the only part of a late option that is known before the run. */
const PLAIN_USER = /\{\{\s*user\s+(?:`([^`]*)`|"([^"\\]*)")\s*\}\}/g;

/** Renders the options of one component, and remembers which values of the build they ask for. */
export class LegacyRenderer {
  readonly asked = new Set<string>();
  private readonly functions: GoFunctions;
  private touchedSecret = false;

  constructor(
    private readonly legacy: LegacyTemplate,
    build: LegacyBuild,
    values: BuildValues | undefined,
  ) {
    const functions = legacy.functions(build, values);
    const { user, build: buildFunction } = functions;
    this.functions = {
      ...functions,
      user: (...args) => {
        this.touch(args[0]);
        return user?.(...args);
      },
      build: (...args) => {
        const value = buildFunction?.(...args);
        this.asked.add(String(args[0]));
        return value;
      },
    };
  }

  /** Values for `build` where nothing is known yet. */
  static placeholders(keys: readonly string[]): BuildValues {
    return Object.fromEntries(keys.map((key) => [key, UNKNOWN_TEXT]));
  }

  /** Everything is rendered, once. */
  readonly early: RenderText = (text) => {
    this.touchedSecret = false;
    const rendered = renderGoTemplate(text, {}, this.functions);
    return { text: rendered, isSecret: this.touchedSecret };
  };

  /** Variables are put in, so that a change of theirs is a change of the option; the rest waits for the run. */
  readonly late: RenderText = (text) => {
    this.touchedSecret = false;
    const rendered = text.replace(PLAIN_USER, (_action, raw: string | undefined, quoted: string | undefined) => {
      const name = raw ?? quoted ?? '';
      this.touch(name);
      return this.legacy.variables.get(name) ?? '';
    });
    return { text: rendered, isSecret: this.touchedSecret };
  };

  private touch(name: unknown): void {
    if (typeof name === 'string' && this.legacy.sensitive.has(name)) this.touchedSecret = true;
  }
}
