import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The region that the shared files give a profile; undefined where they do not. */
export function profileRegion(profile: string | undefined, env: Env, sharedFile: string | null): string | undefined {
  const name = profile || 'default';
  const home = env['HOME'] || homedir();
  const files = [
    env['AWS_CONFIG_FILE'] || join(home, '.aws/config'),
    ...(sharedFile === null ? [] : [sharedFile]),
    env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws/credentials'),
  ];
  for (const file of files) {
    const region = setting(read(file), name, 'region');
    if (region) return region;
  }
  return undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Most machines have none of these files.
  }
}

/** A setting of a section; sections are called `NAME` or `profile NAME`. */
function setting(content: string, section: string, key: string): string | undefined {
  let current = '';
  for (const line of content.split(/\r?\n/)) {
    const header = /^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/.exec(line);
    if (header) current = header[1] ?? '';
    const [, name, value] = /^([A-Za-z_]+)\s*=\s*([^#;]*)/.exec(line) ?? [];
    if (current === section && name === key) return value?.trim();
  }
  return undefined;
}
