import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textMap } from '../src/contract/schema.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const messages = catalogue('data-http', {
  noUrl: () => ({ text: '`url` is missing', hint: 'give the address to ask' }),
  badMethod: (method: string) => ({
    text: `\`${method}\` is not a method`,
    hint: `it takes one of ${METHODS.join(', ')}`,
  }),
  unreachable: (url: string, reason: string) => ({
    text: `\`${url}\` does not answer: ${reason}`,
    hint: 'check the address and the network',
  }),
  status: (url: string, status: number) => ({
    text: `\`${url}\` answered ${status}`,
    hint: 'only answers from 200 to 299 are taken',
  }),
});

const schema = defineSchema({
  attributes: {
    url: text({ description: 'the address to ask' }),
    method: text({ description: 'the request method, in capitals', default: 'GET' }),
    request_headers: textMap({ description: 'headers of the request' }),
    request_body: text({ description: 'body of the request' }),
  },
});

export default defineDataSource({
  type: 'http',
  summary: 'the answer of an HTTP server',
  schema,
  outputs: {
    url: text({ description: 'the address that was asked' }),
    body: text({ description: 'the body of the answer, as text' }),
    request_headers: textMap({ description: 'headers of the answer; several of one name are joined by a comma' }),
  },
  validate: (config) => [
    ...(config.url ? [] : [{ severity: 'error' as const, message: messages.noUrl(), option: 'url' }]),
    ...(METHODS.includes(config.method)
      ? []
      : [{ severity: 'error' as const, message: messages.badMethod(config.method), option: 'method' }]),
  ],
  async run(config, context) {
    const url = config.url as string;
    const response = await ask(url, config, context.signal);
    if (!response.ok) throw new ImgpackError(messages.status(url, response.status));
    const type = response.headers.get('content-type') ?? '';
    if (type !== '' && !/^(text\/|application\/(json|xml|x-sh|javascript|yaml)|[^;]*\+(json|xml))/.test(type)) {
      context.log(`data.http: ${url} has the content type ${type}; its body is read as UTF-8 text`);
    }
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => (headers[canonicalName(name)] = value));
    return { url, body: await response.text(), request_headers: headers };
  },
});

async function ask(
  url: string,
  config: { method: string; request_headers: Record<string, string>; request_body: string | undefined },
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: config.method,
      headers: config.request_headers,
      signal,
      ...(config.request_body && { body: config.request_body }),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ImgpackError(messages.unreachable(url, cause instanceof Error ? cause.message : String(cause)), {
      cause: error,
    });
  }
}

/** `content-type` as Go writes it: `Content-Type`. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_match, dash: string, letter: string) => dash + letter.toUpperCase());
}
