import { UNKNOWN_TEXT } from '../../contract/build-keys.js';
import { parseDuration } from '../../contract/duration.js';
import type { Json, JsonObject } from '../../contract/json.js';
import type { AttributeSpec, OptionType, Schema } from '../../contract/schema.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import { ConversionError, convert } from '../../hcl/values/convert.js';
import { toJs } from '../../hcl/values/json.js';
import type { Value } from '../../hcl/values/value.js';
import { ImgpackError } from '../../messages/message.js';
import { nearest } from '../../messages/near.js';
import { conversionReason } from '../constant.js';
import { messages } from '../messages.js';
import { reportError, reportWarning } from '../report.js';
import { partRange } from './part-range.js';
import type { RawOption, RawOptions } from './read-options.js';
import { valueTypeOf } from './schema.js';

export interface Decoding {
  readonly schema: Schema;
  /** Renders `{{ }}` of options as they were written; throws an ImgpackError. */
  readonly render: (text: string) => string;
  /** Renders `{{ }}` of defaults. */
  readonly renderDefault: (text: string) => string;
  /** Told of every value of a sensitive option, and of every value that was computed from a secret. */
  readonly secret: (value: Value, isOption: boolean) => void;
}

export interface DecodedOptions {
  /** Of the type `Decoded<S>`. */
  readonly config: Record<string, unknown>;
  /** As written, before `{{ }}` is rendered; defaults are not in it. */
  readonly options: JsonObject;
  /** Places by option path: `a`, `block.a`, `block[1].a`. */
  readonly ranges: ReadonlyMap<string, SourceRange>;
  /** Paths of options whose values are not known yet, or not in all parts. */
  readonly unknown: ReadonlySet<string>;
}

/** What is noted of options by their paths. */
interface Noted {
  readonly ranges: Map<string, SourceRange>;
  readonly unknown: Set<string>;
}

/** Converts options to their types, renders `{{ }}`, fills in defaults and checks what the schema can express. */
export function decodeOptions(raw: RawOptions, decoding: Decoding, diagnostics: Diagnostics): DecodedOptions {
  const noted: Noted = { ranges: new Map(), unknown: new Set() };
  return { ...decodeBody(raw, decoding, '', noted, diagnostics), ...noted };
}

function decodeBody(
  raw: RawOptions,
  decoding: Decoding,
  prefix: string,
  noted: Noted,
  diagnostics: Diagnostics,
): { config: Record<string, unknown>; options: JsonObject } {
  const config: Record<string, unknown> = {};
  const options: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(decoding.schema.attributes)) {
    const option = raw.attributes.get(name);
    const isSet = option !== undefined && !(option.value.isKnown && option.value.isNull);
    if (option) remember(noted.ranges, prefix + name, option.range);
    if (option && !option.value.isWhollyKnown) noted.unknown.add(prefix + name);
    if (!isSet) {
      if (spec.required) reportError(diagnostics, messages.missingArgument(name), { subject: raw.headerRange });
      config[name] = unset(spec, decoding);
      continue;
    }
    if (spec.deprecated !== undefined)
      reportWarning(diagnostics, messages.deprecatedOption(name, spec.deprecated), { subject: option.nameRange });
    const value = decodeOption(name, spec, option, decoding, diagnostics);
    config[name] = value?.decoded ?? unset(spec, decoding);
    if (value) options[name] = value.written;
  }
  for (const [name, spec] of Object.entries(decoding.schema.blocks ?? {})) {
    const given = raw.blocks.get(name) ?? [];
    const inner = given.map((block, i) => {
      remember(noted.ranges, prefix + name, block.headerRange);
      if (spec.deprecated !== undefined)
        reportWarning(diagnostics, messages.deprecatedBlock(name, spec.deprecated), { subject: block.headerRange });
      const path = spec.repeated ? `${prefix}${name}[${i}].` : `${prefix}${name}.`;
      return decodeBody(block, { ...decoding, schema: spec.schema }, path, noted, diagnostics);
    });
    if (spec.required && given.length === 0)
      reportError(diagnostics, messages.missingBlock(name), { subject: raw.headerRange });
    const [, second] = given;
    if (!spec.repeated && second)
      reportError(diagnostics, messages.duplicateBlock(name), { subject: second.headerRange });
    config[name] = spec.repeated ? inner.map((block) => block.config) : inner[0]?.config;
    if (inner.length > 0)
      options[name] = spec.repeated ? inner.map((block) => block.options) : (inner[0]?.options as JsonObject);
  }
  return { config, options };
}

function remember(ranges: Map<string, SourceRange>, path: string, range: SourceRange): void {
  ranges.set(path, range);
  const plain = path.replace(/\[\d+\]/g, '');
  if (!ranges.has(plain)) ranges.set(plain, range);
}

function decodeOption(
  name: string,
  spec: AttributeSpec,
  option: RawOption,
  decoding: Decoding,
  diagnostics: Diagnostics,
): { decoded: unknown; written: Json } | undefined {
  let value: Value;
  try {
    value = convert(option.value, valueTypeOf(spec.type));
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    reportError(diagnostics, messages.optionType(name, conversionReason(error)), {
      subject: partRange(option.expression, error.path) ?? option.range,
    });
    return undefined;
  }
  const missing = nullInside(value);
  if (missing !== undefined) {
    reportError(diagnostics, messages.optionType(name, `\`${missing}\` must not be null`), {
      subject: partRange(option.expression, missing) ?? option.range,
    });
    return undefined;
  }
  decoding.secret(value, spec.sensitive);
  const written = writtenForm(value, spec.type) as Json;
  try {
    const rendered = spec.template === 'early' ? renderAll(written, decoding.render) : written;
    return { decoded: toDecoded(name, rendered, spec, value.isKnown, option.range, diagnostics), written };
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    const message = { code: error.code, text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
    reportError(diagnostics, message, {
      subject: option.range,
      ...(error.details.length > 0 && { detail: error.details.join('\n') }),
    });
    return undefined;
  }
}

/** The path of the first null in a list or map. */
function nullInside(value: Value): string | undefined {
  const { kind } = value.type;
  if (!value.isKnown || value.isNull || (kind !== 'list' && kind !== 'map')) return undefined;
  const parts: Iterable<readonly [string, Value]> =
    kind === 'list'
      ? value.items.map((item, i) => [`[${i}]`, item] as const)
      : [...value.entries].map(([key, item]) => [`.${key}`, item] as const);
  for (const [step, part] of parts) {
    if (part.isKnown && part.isNull) return step;
    const inner = nullInside(part);
    if (inner !== undefined) return step + inner;
  }
  return undefined;
}

/** The value as plain data; what is not known is a text, 0, false or empty. */
function writtenForm(value: Value, type: OptionType): unknown {
  if (!value.isKnown) {
    switch (type.kind) {
      case 'string':
      case 'duration':
      case 'any':
        return UNKNOWN_TEXT;
      case 'number':
        return 0;
      case 'bool':
        return false;
      case 'list':
        return [];
      case 'map':
        return {};
    }
  }
  if (type.kind === 'any') return toJs(value) ?? null;
  if (type.kind === 'list') return value.items.map((item) => writtenForm(item, type.element));
  if (type.kind === 'map')
    return Object.fromEntries([...value.entries].map(([key, item]) => [key, writtenForm(item, type.element)]));
  return toJs(value);
}

function renderAll(data: Json, render: (text: string) => string): Json {
  if (typeof data === 'string') return data.includes('{{') ? render(data) : data;
  if (Array.isArray(data)) return data.map((item: Json) => renderAll(item, render));
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, renderAll(item as Json, render)]));
}

/** Checks the accepted values and turns a duration into milliseconds. A value that is not known yet passes as unset. */
function toDecoded(
  name: string,
  data: Json,
  spec: AttributeSpec,
  isKnown: boolean,
  subject: SourceRange,
  diagnostics: Diagnostics,
): unknown {
  if (spec.type.kind === 'duration') {
    if (!isKnown) return undefined;
    const milliseconds = parseDuration(data as string);
    if (milliseconds === undefined) reportError(diagnostics, messages.duration(name, data as string), { subject });
    return milliseconds;
  }
  if (spec.values && typeof data === 'string') {
    if (!isKnown) return undefined;
    if (!spec.values.includes(data))
      reportError(diagnostics, messages.optionValue(name, data, spec.values, nearest(data, spec.values)), { subject });
  }
  return data;
}

/** The decoded form of an option that is not set. */
function unset(spec: AttributeSpec, { renderDefault }: Decoding): unknown {
  if (spec.default !== undefined) {
    if (spec.type.kind === 'duration') return parseDuration(spec.default as string);
    return spec.template === 'early' ? renderAll(spec.default as Json, renderDefault) : structuredClone(spec.default);
  }
  if (spec.type.kind === 'list') return [];
  return spec.type.kind === 'map' ? {} : undefined;
}
