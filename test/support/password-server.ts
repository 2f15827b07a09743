import { spawn } from 'node:child_process';
import { once } from 'node:events';
import ssh2, { type Connection } from 'ssh2';
import { generateKeyPair } from '../../src/contract/helpers/key-pair.js';

/** An SSH server of ours for what sshd does by the system's accounts: passwords and questions. */
export interface PasswordServer {
  readonly port: number;
  /** Ways that were tried, in order. */
  readonly tried: string[];
  stop(): Promise<void>;
}

export async function startPasswordServer(
  password: string,
  ways: readonly ('password' | 'keyboard-interactive')[],
): Promise<PasswordServer> {
  const host = await generateKeyPair('ed25519');
  const tried: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (client) => {
    open.add(client);
    client.on('error', () => client.end());
    client.on('close', () => open.delete(client));
    client.on('authentication', (attempt) => {
      tried.push(attempt.method);
      if (attempt.method === 'password' && ways.includes('password')) {
        if (attempt.password === password) return attempt.accept();
      } else if (attempt.method === 'keyboard-interactive' && ways.includes('keyboard-interactive')) {
        attempt.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
          answers[0] === password ? attempt.accept() : attempt.reject([...ways]),
        );
        return;
      }
      attempt.reject([...ways]);
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptCommand, _reject, { command }) => {
        const channel = acceptCommand();
        const child = spawn('sh', ['-c', command]);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        channel.pipe(child.stdin);
        child.on('close', (code) => {
          channel.exit(code ?? 1);
          channel.end();
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    tried,
    async stop() {
      for (const client of open) client.end();
      server.close();
      await once(server, 'close');
    },
  };
}
