/** What a body says: Google's client also sends the maps that nobody filled, as empty objects. */
export function said(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(said);
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).filter(
    ([, value]) => !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, said(value)]));
}
