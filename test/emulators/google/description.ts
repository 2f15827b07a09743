import { createRequire } from 'node:module';

interface Json {
  readonly [name: string]: unknown;
}

export interface FieldSpec {
  readonly type: string;
  readonly rule?: 'repeated';
  readonly keyType?: string;
  readonly options?: Json;
}

export interface TypeSpec {
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly nested?: Readonly<Record<string, { readonly values?: Readonly<Record<string, number>> }>>;
}

interface MethodSpec {
  readonly requestType: string;
  readonly responseType: string;
  readonly options: Readonly<Record<string, string>>;
}

/** One call of the API: its address, and what may stand in it. */
export interface Route {
  /** `instances.insert` */
  readonly action: string;
  readonly verb: string;
  readonly pattern: RegExp;
  readonly parameters: readonly string[];
  readonly request: TypeSpec;
  /** The field of the request that the body is. */
  readonly body?: string;
  readonly responseType: string;
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];

/** Compute Engine as Google describes it in the package of its client. */
export class Description {
  readonly routes: readonly Route[];
  private readonly types: Readonly<Record<string, unknown>>;

  constructor() {
    const require = createRequire(import.meta.url);
    let node = require('@google-cloud/compute/build/protos/protos.json') as { nested: Record<string, never> };
    for (const name of ['google', 'cloud', 'compute', 'v1']) node = node.nested[name] as never;
    this.types = node.nested;
    this.routes = Object.entries(this.types).flatMap(([service, spec]) =>
      Object.entries((spec as { methods?: Record<string, MethodSpec> }).methods ?? {}).flatMap(([method, it]) =>
        this.route(lower(service), lower(method), it),
      ),
    );
  }

  /** A message type by its name; undefined for scalars. */
  type(name: string): TypeSpec | undefined {
    const found = this.types[name] as TypeSpec | undefined;
    return found?.fields ? found : undefined;
  }

  find(verb: string, path: string): { readonly route: Route; readonly values: Record<string, string> } | undefined {
    for (const route of this.routes) {
      const match = route.verb === verb ? route.pattern.exec(path) : null;
      if (!match) continue;
      const values = route.parameters.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]);
      return { route, values: Object.fromEntries(values) as Record<string, string> };
    }
    return undefined;
  }

  private route(service: string, method: string, { requestType, responseType, options }: MethodSpec): Route[] {
    const verb = VERBS.find((it) => options[`(google.api.http).${it}`] !== undefined);
    const template = verb && options[`(google.api.http).${verb}`];
    const request = this.type(requestType);
    if (!verb || !template || !request) return [];
    const parameters = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => camel(name));
    const body = options['(google.api.http).body'];
    return [
      {
        action: `${service}.${method}`,
        verb: verb.toUpperCase(),
        pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`),
        parameters,
        request,
        responseType,
        ...(body !== undefined && { body: camel(body) }),
      },
    ];
  }
}

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const camel = (name: string): string => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
