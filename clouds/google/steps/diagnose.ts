import type { Cloud } from '../cloud.js';
import type { MachineName } from '../serial.js';
import type { Firewall } from '../types.js';

/** What may keep a connection to a port of a machine from coming about, in sentences. */
export async function diagnose(
  cloud: Cloud,
  machine: MachineName,
  tags: readonly string[],
  port: number,
): Promise<string[]> {
  const { signal } = new AbortController();
  const found = await cloud.call('instances.get', machine, signal);
  if (found.status !== 'RUNNING') return [`the instance ${machine.instance} is \`${found.status ?? 'gone'}\``];
  const network = (found.networkInterfaces?.[0]?.network ?? '').split('/').pop() ?? '';
  const rules = await cloud.call('firewalls.list', { project: machine.project }, signal);
  const sources = rules
    .filter((rule) => (rule.network ?? '').endsWith(`/${network}`) && letsIn(rule, tags, port))
    .flatMap(({ sourceRanges }) => sourceRanges ?? []);
  return sources.length === 0
    ? [`no firewall rule of the network \`${network}\` lets port ${port} in`]
    : [`the firewall of the network \`${network}\` lets port ${port} in from ${[...new Set(sources)].join(', ')}`];
}

function letsIn(
  { direction, disabled, targetTags = [], allowed = [] }: Firewall,
  tags: readonly string[],
  port: number,
): boolean {
  if (direction === 'EGRESS' || disabled) return false;
  if (targetTags.length > 0 && !targetTags.some((tag) => tags.includes(tag))) return false;
  return allowed.some(({ IPProtocol, ports = [] }) => {
    if (IPProtocol === 'all') return true;
    if (IPProtocol !== 'tcp') return false;
    return ports.length === 0 || ports.some((range) => covers(range, port));
  });
}

function covers(range: string, port: number): boolean {
  const [first = 0, last = first] = range.split('-').map(Number);
  return first <= port && port <= last;
}
