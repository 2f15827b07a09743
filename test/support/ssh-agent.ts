import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** OpenSSH's agent with keys in it. */
export interface SshAgent {
  readonly env: { readonly SSH_AUTH_SOCK: string };
  stop(): Promise<void>;
}

export async function startSshAgent(privateKeys: readonly string[]): Promise<SshAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'imgpack-agent-'));
  const env = { SSH_AUTH_SOCK: join(folder, 'socket') };
  const child = spawn('ssh-agent', ['-D', '-a', env.SSH_AUTH_SOCK], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  for (const key of privateKeys) {
    await writeFile(join(folder, 'key'), key, { mode: 0o600 });
    execFileSync('ssh-add', ['-q', join(folder, 'key')], { env: { ...process.env, ...env } });
  }
  return {
    env,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
