/** Environment variables, as a program sees them. */
type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL: `http_proxy`, `https_proxy`, `all_proxy` and the exceptions in
 * `no_proxy`, in lower or upper case. `HTTP_PROXY` in upper case is honoured unless a web server set it (`REQUEST_METHOD`).
 */
export function proxyFor(url: URL, env: Env): URL | undefined {
  const read = (name: string) => env[name] || env[name.toUpperCase()];
  if (isExcepted(url, read('no_proxy'))) return undefined;
  const scheme = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const own = scheme === 'http_proxy' && env['REQUEST_METHOD'] ? env['http_proxy'] : read(scheme);
  const value = own || read('all_proxy');
  if (!value) return undefined;
  return new URL(/^[a-z]+:\/\//i.test(value) ? value : `http://${value}`);
}

function isExcepted(url: URL, exceptions: string | undefined): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  // As in Go: what runs on this machine is never asked for through a proxy.
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  for (const entry of (exceptions ?? '').split(',')) {
    const [, name = '', only] = /^\s*\*?\.?(.*?)(?::(\d+))?\s*$/.exec(entry.toLowerCase()) ?? [];
    if (entry.trim() === '*') return true;
    if (name === '' || (only !== undefined && only !== port)) continue;
    if (host === name || host.endsWith(`.${name}`)) return true;
  }
  return false;
}
