import { Worker } from 'node:worker_threads';

/** What the server answers, by `METHOD /path`, or for AWS by the name of the secret. */
export interface SecretServerContent {
  readonly [request: string]: { readonly status: number; readonly body: unknown };
}

export interface ReceivedRequest {
  readonly request: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PROGRAM = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const received = [];
const server = createServer((incoming, outgoing) => {
  let body = '';
  incoming.on('data', (chunk) => (body += chunk));
  incoming.on('end', () => {
    const request = incoming.method + ' ' + incoming.url;
    received.push({ request, headers: incoming.headers, body });
    const key = incoming.headers['x-amz-target'] ? JSON.parse(body).SecretId : request;
    const answer = workerData[key] ?? { status: 404, body: { errors: [] } };
    outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(answer.body));
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
parentPort.on('message', () => parentPort.postMessage({ received: received.splice(0) }));
`;

/** A server on loopback in a thread of its own, as whoever asks it blocks the thread of the test. */
export class SecretServer {
  private constructor(
    private readonly worker: Worker,
    readonly port: number,
  ) {}

  static async start(content: SecretServerContent): Promise<SecretServer> {
    const worker = new Worker(PROGRAM, { eval: true, workerData: content });
    const { port } = await nextMessage<{ port: number }>(worker);
    return new SecretServer(worker, port);
  }

  /** The requests since the last call. */
  async received(): Promise<readonly ReceivedRequest[]> {
    const answer = nextMessage<{ received: ReceivedRequest[] }>(this.worker);
    this.worker.postMessage('received');
    return (await answer).received;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

function nextMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
