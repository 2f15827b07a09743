import { parseDuration } from '../contract/duration.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { Attribute, Expression } from '../hcl/syntax/ast.js';
import { BOOL, NUMBER, STRING, listOf } from '../hcl/values/type.js';
import { Value } from '../hcl/values/value.js';
import { bodySchema, readBody, type Content, type ContentBlock, type Iterators } from './body.js';
import { convertOr, evaluateAs } from './constant.js';
import { dynamicBlocks } from './dynamic.js';
import { EXPANSION_SCHEMA, expand, keyed, type Instance } from './expansion.js';
import { readHcpRegistry } from './hcp-registry.js';
import { messages } from './messages.js';
import { reportError, reportWarning } from './report.js';
import { readSourceList, readSourceUse } from './source-uses.js';
import { BUILD, CHAIN, POST_PROCESSOR, PROVISIONER } from './structure.js';
import type { Sources } from './sources.js';
import type {
  BuildBlock,
  ComponentBlock,
  LeftOut,
  PostProcessorBlock,
  ProvisionerBlock,
  SourceUse,
} from './template.js';

/**
 * The builds that a `build` block stands for, and what its `enabled` leaves out. `modules` is what their names begin with, and
 * forms of it that stand for several instances.
 */
export function readBuilds(
  block: ContentBlock,
  general: Scope,
  sources: Sources,
  diagnostics: Diagnostics,
  modules: readonly string[],
): { readonly builds: readonly BuildBlock[]; readonly leftOut: readonly LeftOut[] } {
  const { attributes } = readBody(block.body, EXPANSION_SCHEMA, new Diagnostics(), { partial: true });
  const expanded = expand(attributes, general, diagnostics);
  const leftOut = expanded.leftOut.map(({ key, scope }): LeftOut => {
    const unheard = new Diagnostics();
    const name = readBody(block.body, NAME_ALONE, unheard, { partial: true }).attributes.get('name');
    const text = name && evaluateAs(name, STRING, (expression) => evaluate(expression, scope, unheard), unheard)?.text;
    return { kind: 'build', name: keyed(modules[0] as string, nameOf(text, name, key)), range: block.headerRange };
  });
  return { builds: expanded.instances.map((one) => readBuild(block, one, sources, diagnostics, modules)), leftOut };
}

const NAME_ALONE = bodySchema(['name']);

/** A name that already differs by instance stays as it is; the key is added to every other. */
function nameOf(text: string | undefined, attribute: Attribute | undefined, key: string | undefined): string {
  const differs = attribute && references(attribute.expression).some(({ root }) => root === 'each' || root === 'count');
  return differs ? (text ?? '') : keyed(text ?? '', key);
}

/** Reads a `build` block: which sources it uses, and its provisioners and post-processors with their meta-arguments. */
function readBuild(
  block: ContentBlock,
  { key, scope: general }: Instance,
  sources: Sources,
  diagnostics: Diagnostics,
  modules: readonly string[],
): BuildBlock {
  const evaluateWith = (scope: Scope) => (expression: Expression, iterators: Iterators) =>
    evaluate(expression, iterators.size > 0 ? scope.child(iterators) : scope, diagnostics);
  const content = readBody(block.body, BUILD, diagnostics, {
    header: block.headerRange,
    expand: dynamicBlocks(evaluateWith(general)),
  });
  const text = (name: string): string | undefined => {
    const attribute = content.attributes.get(name);
    return (
      attribute &&
      evaluateAs(attribute, STRING, (expression) => evaluate(expression, general, diagnostics), diagnostics)?.text
    );
  };
  const written = text('name');
  const [module] = modules as readonly [string];
  const own = nameOf(written, content.attributes.get('name'), key);
  const name = keyed(module, own);
  const suffix = keyed(key ?? '', module);
  const description = text('description');
  const scope = general.child([['build', Value.object([['name', Value.string(name)]])]]);
  const reader = new ComponentReader(scope, diagnostics);
  const of = (type: string): ContentBlock[] => content.blocks.filter((inner) => inner.type === type);
  const cleanups = of('error-cleanup-provisioner');
  if (cleanups[1])
    reportError(diagnostics, messages.duplicateBlock('error-cleanup-provisioner'), {
      subject: cleanups[1].headerRange,
    });
  readRegistries(of('hcp_packer_registry'), general, diagnostics);
  const errorCleanup = cleanups[0] && reader.provisioner(cleanups[0]);
  return {
    name,
    alternatives: [...new Set(modules.flatMap((one) => [keyed(one, own), keyed(one, written ?? '')]))],
    ...(suffix !== '' && { key: suffix }),
    module,
    scope: general,
    ...(description !== undefined && { description }),
    uses: readUses(block, content, general, sources, diagnostics),
    provisioners: of('provisioner').map((inner) => reader.provisioner(inner)),
    ...(errorCleanup && { errorCleanup }),
    chains: readChains(content, reader, evaluateWith(general), diagnostics),
    headerRange: block.headerRange,
    range: block.range,
  };
}

function readUses(
  block: ContentBlock,
  content: Content,
  scope: Scope,
  sources: Sources,
  diagnostics: Diagnostics,
): SourceUse[] {
  const list = content.attributes.get('sources');
  const blocks = content.blocks.filter((inner) => inner.type === 'source');
  if (!list && blocks.length === 0) reportError(diagnostics, messages.noSources(), { subject: block.headerRange });
  return [
    ...(list ? readSourceList(list, block.headerRange, scope, sources, diagnostics) : []),
    ...blocks.flatMap((inner) => readSourceUse(inner, block.headerRange, scope, sources, diagnostics)),
  ];
}

function readRegistries(blocks: readonly ContentBlock[], scope: Scope, diagnostics: Diagnostics): void {
  for (const [i, block] of blocks.entries()) {
    if (i > 0) reportError(diagnostics, messages.duplicateBlock('hcp_packer_registry'), { subject: block.headerRange });
    reportWarning(diagnostics, messages.hcpRegistryPlace(), { subject: block.headerRange });
    readHcpRegistry(block, scope, diagnostics);
  }
}

/** A bare `post-processor` is a chain of one. */
function readChains(
  content: Content,
  reader: ComponentReader,
  evaluateWith: (expression: Expression, iterators: Iterators) => Value,
  diagnostics: Diagnostics,
): PostProcessorBlock[][] {
  return content.blocks.flatMap((block) => {
    if (block.type === 'post-processor') return [[reader.postProcessor(block)]];
    if (block.type !== 'post-processors') return [];
    const inner = readBody(block.body, CHAIN, diagnostics, {
      header: block.headerRange,
      iterators: block.iterators,
      expand: dynamicBlocks(evaluateWith),
    });
    return [inner.blocks.map((step) => reader.postProcessor(step))];
  });
}

/** Reads blocks of components; `scope` knows `build.name`. */
class ComponentReader {
  constructor(
    private readonly scope: Scope,
    private readonly diagnostics: Diagnostics,
  ) {}

  provisioner(block: ContentBlock): ProvisionerBlock {
    const { attributes } = readBody(block.body, PROVISIONER, this.diagnostics, { partial: true });
    const override = attributes.get('override');
    const pauseBefore = this.duration(block, attributes.get('pause_before'));
    const timeout = this.duration(block, attributes.get('timeout'));
    const cache = attributes.get('cache');
    const caches = cache && this.orNull(block, cache) ? this.as(block, cache, BOOL)?.truth : undefined;
    const cacheMaxAge = this.duration(block, attributes.get('cache_max_age'));
    return {
      ...this.component(block, attributes),
      ...(override && { override }),
      ...(pauseBefore !== undefined && { pauseBefore }),
      ...(timeout !== undefined && { timeout }),
      maxRetries: this.count(block, attributes.get('max_retries')),
      continueOnError: this.as(block, attributes.get('continue_on_error'), BOOL)?.truth === true,
      ...(caches !== undefined && { cache: caches }),
      ...(cacheMaxAge !== undefined && { cacheMaxAge }),
    };
  }

  postProcessor(block: ContentBlock): PostProcessorBlock {
    const { attributes } = readBody(block.body, POST_PROCESSOR, this.diagnostics, { partial: true });
    const attribute = attributes.get('keep_input_artifact');
    const keep = attribute && this.orNull(block, attribute) ? this.as(block, attribute, BOOL)?.truth : undefined;
    return { ...this.component(block, attributes), ...(keep !== undefined && { keepInputArtifact: keep }) };
  }

  private component(block: ContentBlock, attributes: ReadonlyMap<string, Attribute>): ComponentBlock {
    const [label] = block.labels;
    const name = this.as(block, attributes.get('name'), STRING)?.text;
    const only = this.names(block, attributes.get('only'));
    const except = this.names(block, attributes.get('except'));
    if (only.length > 0 && except.length > 0)
      reportError(this.diagnostics, messages.onlyAndExcept(), { subject: block.headerRange });
    return {
      type: label?.value ?? '',
      ...(name !== undefined && { name }),
      only,
      except,
      body: block.body,
      iterators: block.iterators,
      typeRange: label?.range ?? block.typeRange,
      headerRange: block.headerRange,
      range: block.range,
    };
  }

  private evaluate(block: ContentBlock, expression: Expression): Value {
    return evaluate(
      expression,
      block.iterators.size > 0 ? this.scope.child(block.iterators) : this.scope,
      this.diagnostics,
    );
  }

  private as(
    block: ContentBlock,
    attribute: Attribute | undefined,
    type: typeof STRING | typeof NUMBER | typeof BOOL,
  ): Value | undefined {
    return attribute && evaluateAs(attribute, type, (expression) => this.evaluate(block, expression), this.diagnostics);
  }

  /** Whether the argument is more than a null, which here means that it is not set. */
  private orNull(block: ContentBlock, attribute: Attribute): boolean {
    const before = this.diagnostics.list.length;
    const value = this.evaluate(block, attribute.expression);
    const failed = this.diagnostics.list.length > before;
    this.diagnostics.list.length = before;
    return failed || !(value.isKnown && value.isNull);
  }

  private duration(block: ContentBlock, attribute: Attribute | undefined): number | undefined {
    const text = this.as(block, attribute, STRING)?.text;
    if (!attribute || !text) return undefined;
    const milliseconds = parseDuration(text);
    if (milliseconds === undefined)
      reportError(this.diagnostics, messages.duration(attribute.name, text), { subject: attribute.expression.range });
    return milliseconds;
  }

  private count(block: ContentBlock, attribute: Attribute | undefined): number {
    const number = this.as(block, attribute, NUMBER)?.numeric;
    if (!attribute || !number) return 0;
    if (!number.isInteger)
      reportError(this.diagnostics, messages.unsuitableType(attribute.name, 'a whole number'), {
        subject: attribute.expression.range,
      });
    return Math.max(0, Math.trunc(number.toNumber()));
  }

  private names(block: ContentBlock, attribute: Attribute | undefined): string[] {
    if (!attribute) return [];
    const before = this.diagnostics.list.length;
    const value = this.evaluate(block, attribute.expression);
    if (this.diagnostics.list.length > before) return [];
    const subject = attribute.expression.range;
    const list = convertOr(value, listOf(STRING), (reason) =>
      reportError(this.diagnostics, messages.unsuitableType(attribute.name, 'a list of strings'), {
        subject,
        detail: reason,
      }),
    );
    if (!list || (list.isKnown && list.isNull)) return [];
    if (!list.isWhollyKnown) {
      reportError(this.diagnostics, messages.notKnownYet(attribute.name), { subject });
      return [];
    }
    return list.items.flatMap((item) => (item.isNull ? [] : [item.text]));
  }
}
