import type { GoFunctions } from './builtins.js';
import { GoFunctionError, GoTemplateError } from './error.js';
import type { Command, Node, Operand, ParsedTemplate, Pipeline } from './nodes.js';
import { show } from './printf.js';
import { isInteger, isList, isMap, isTrue, mapEntries, mapEntry, typeName, type GoValue } from './values.js';

/** Templates that call themselves more deeply are refused. */
const MAX_CALLS = 1000;
/** UTF-16 units; a template cannot be made to fill the memory. */
const MAX_OUTPUT = 64 * 1024 * 1024;
const MAX_STEPS = 5_000_000;

type Leaving = 'break' | 'continue' | undefined;

/** Runs a parsed template. @throws GoTemplateError */
export function execute(template: ParsedTemplate, data: GoValue, functions: GoFunctions): string {
  return new Executor(template, functions).run(data);
}

class Executor {
  private output: string[] = [];
  private size = 0;
  private steps = 0;
  private calls = 0;
  private variables: { readonly name: string; value: GoValue }[] = [];

  constructor(
    private readonly template: ParsedTemplate,
    private readonly functions: GoFunctions,
  ) {}

  run(data: GoValue): string {
    this.variables = [{ name: '$', value: data }];
    this.walk(this.template.root, data);
    return this.output.join('');
  }

  private walk(nodes: readonly Node[], dot: GoValue): Leaving {
    for (const node of nodes) {
      const leaving = this.visit(node, dot);
      if (leaving) return leaving;
    }
    return undefined;
  }

  private visit(node: Node, dot: GoValue): Leaving {
    if (++this.steps > MAX_STEPS) throw this.fault('the template does not come to an end', node.offset);
    switch (node.kind) {
      case 'text':
        return this.write(node.text, node.offset);
      case 'action': {
        const value = this.pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length > 0) return undefined;
        if (typeof value === 'function') throw this.fault('a function cannot be printed', node.offset);
        return this.write(value === undefined || value === null ? '<no value>' : show(value), node.offset);
      }
      case 'if':
      case 'with':
        return this.branch(node, dot);
      case 'range':
        return this.loop(node, dot);
      case 'break':
      case 'continue':
        return node.kind;
      case 'template':
        this.call(node, dot);
        return undefined;
    }
  }

  private branch(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: GoValue): Leaving {
    const scope = this.variables.length;
    const value = this.pipeline(node.pipeline, dot);
    const leaving = isTrue(value)
      ? this.walk(node.body, node.kind === 'with' ? value : dot)
      : this.walk(node.otherwise, dot);
    this.variables.length = scope;
    return leaving;
  }

  private loop(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: GoValue): Leaving {
    const scope = this.variables.length;
    const value = this.evaluate(node.pipeline, dot);
    if (node.pipeline.variables.length > 1 && isInteger(value))
      throw this.fault('`range` through a number sets one variable only', node.offset);
    const { variables, declares } = node.pipeline;
    const places = declares
      ? variables.map((name) => this.declare(name, undefined))
      : variables.map((name) => this.find(name, node.offset));
    const mark = this.variables.length;
    let rounds = 0;
    let leaving: Leaving;
    for (const [key, item] of this.rounds(value, node.offset)) {
      rounds++;
      if (++this.steps > MAX_STEPS) throw this.fault('the template does not come to an end', node.offset);
      if (places.length === 1) (places[0] as { value: GoValue }).value = item;
      if (places.length === 2) {
        (places[0] as { value: GoValue }).value = key;
        (places[1] as { value: GoValue }).value = item;
      }
      leaving = this.walk(node.body, item);
      this.variables.length = mark;
      if (leaving === 'break') break;
    }
    leaving = rounds === 0 ? this.walk(node.otherwise, dot) : undefined;
    this.variables.length = scope;
    return leaving;
  }

  private *rounds(value: GoValue, offset: number): Iterable<readonly [GoValue, GoValue]> {
    if (value === undefined || value === null) return;
    if (isList(value)) yield* value.entries();
    else if (isMap(value)) yield* mapEntries(value);
    else if (typeof value === 'number' && Number.isInteger(value)) {
      for (let i = 0; i < value; i++) yield [i, i];
    } else throw this.fault(`\`range\` cannot go through a value of type ${typeName(value)}`, offset);
  }

  private call(node: Extract<Node, { kind: 'template' }>, dot: GoValue): void {
    const body = this.template.definitions.get(node.name);
    if (!body) throw this.fault(`the template \`${node.name}\` is not defined`, node.offset);
    if (++this.calls > MAX_CALLS) throw this.fault(`the template \`${node.name}\` calls itself too often`, node.offset);
    const data = node.pipeline ? this.pipeline(node.pipeline, dot) : undefined;
    const outer = this.variables;
    this.variables = [{ name: '$', value: data }];
    this.walk(body, data);
    this.variables = outer;
    this.calls--;
  }

  /** Evaluates, and sets the variables of the pipeline. */
  private pipeline(pipeline: Pipeline, dot: GoValue): GoValue {
    const value = this.evaluate(pipeline, dot);
    for (const name of pipeline.variables) {
      if (pipeline.declares) this.declare(name, value);
      else this.find(name, pipeline.offset).value = value;
    }
    return value;
  }

  private evaluate(pipeline: Pipeline, dot: GoValue): GoValue {
    let value: GoValue;
    pipeline.commands.forEach((command, i) => {
      value = this.command(command, dot, i === 0 ? [] : [value]);
    });
    return value;
  }

  private command({ operands, offset }: Command, dot: GoValue, piped: readonly GoValue[]): GoValue {
    const [first, ...rest] = operands as [Operand, ...Operand[]];
    if (first.kind === 'function') return this.invoke(first.name, rest, piped, dot, first.offset);
    if (first.kind === 'nil') throw this.fault('`nil` alone is not a command', offset);
    const value = this.operand(first, dot);
    if (rest.length === 0 && piped.length === 0) return value;
    if (typeof value === 'function')
      return this.apply(
        value as GoFunctions[string],
        [...rest.map((r) => this.operand(r, dot)), ...piped],
        first.offset,
      );
    throw this.fault('this is a value, not a function, and takes no arguments', first.offset);
  }

  private invoke(
    name: string,
    operands: readonly Operand[],
    piped: readonly GoValue[],
    dot: GoValue,
    offset: number,
  ): GoValue {
    if (name === 'and' || name === 'or') return this.lazy(name, operands, piped, dot, offset);
    const called = this.functions[name];
    if (!called) throw this.fault(`the function \`${name}\` does not exist`, offset);
    return this.apply(called, [...operands.map((operand) => this.operand(operand, dot)), ...piped], offset);
  }

  /** `and` and `or` stop at the argument that decides. */
  private lazy(
    name: 'and' | 'or',
    operands: readonly Operand[],
    piped: readonly GoValue[],
    dot: GoValue,
    offset: number,
  ): GoValue {
    if (operands.length + piped.length === 0) throw this.fault(`\`${name}\` takes at least 1 argument`, offset);
    let value: GoValue;
    for (const operand of operands) {
      value = this.operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  private apply(called: GoFunctions[string], args: readonly GoValue[], offset: number): GoValue {
    try {
      return called(...args);
    } catch (error) {
      if (!(error instanceof GoFunctionError)) throw error;
      throw new GoTemplateError('go-template/function-failed', error.message, this.template.text, offset, {
        cause: error,
      });
    }
  }

  private operand(operand: Operand, dot: GoValue): GoValue {
    switch (operand.kind) {
      case 'constant':
        return operand.value;
      case 'nil':
        return null;
      case 'dot':
        return dot;
      case 'function':
        return this.invoke(operand.name, [], [], dot, operand.offset);
      case 'field':
        return this.fields(dot, operand.path, operand.offset);
      case 'variable':
        return this.fields(this.find(operand.name, operand.offset).value, operand.path, operand.offset);
      case 'pipeline':
        return this.fields(this.pipeline(operand.pipeline, dot), operand.path, operand.offset);
    }
  }

  private fields(value: GoValue, path: readonly string[], offset: number): GoValue {
    let current = value;
    path.forEach((name, i) => {
      if (isMap(current)) current = mapEntry(current, name);
      else if (current === undefined) return;
      else if (current === null)
        throw this.fault(`\`.${path.slice(0, i).join('.')}\` is nil, so it has no field \`${name}\``, offset);
      else throw this.fault(`a value of type ${typeName(current)} has no field \`${name}\``, offset);
    });
    return current;
  }

  private declare(name: string, value: GoValue): { value: GoValue } {
    const variable = { name, value };
    this.variables.push(variable);
    return variable;
  }

  private find(name: string, offset: number): { value: GoValue } {
    const found = this.variables.findLast((variable) => variable.name === name);
    if (!found) throw this.fault(`the variable \`${name}\` is not set before`, offset);
    return found;
  }

  private write(text: string, offset: number): undefined {
    this.size += text.length;
    if (this.size > MAX_OUTPUT) throw this.fault('the result is too long', offset);
    this.output.push(text);
  }

  private fault(message: string, offset: number): GoTemplateError {
    return new GoTemplateError('go-template/execution', message, this.template.text, offset);
  }
}
