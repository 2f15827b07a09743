import { describe, expect, it } from 'vitest';
import { findLogin } from '../../../src/contract/helpers/netrc.js';
import { proxyFor } from '../../../src/contract/helpers/proxy.js';

describe('a proxy', () => {
  it.each([
    ['http://h/', { http_proxy: 'http://p:1' }, 'http://p:1/'],
    ['http://h/', { HTTP_PROXY: 'p:1' }, 'http://p:1/'],
    ['http://h/', { https_proxy: 'http://p:1' }, undefined],
    ['https://h/', { https_proxy: 'http://p:1', http_proxy: 'http://q' }, 'http://p:1/'],
    ['https://h/', { ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['http://h/', { http_proxy: '' }, undefined],
    ['http://h/', { HTTP_PROXY: 'http://p', REQUEST_METHOD: 'GET' }, undefined],
    ['http://a.h.org/', { http_proxy: 'http://p', no_proxy: 'h.org' }, undefined],
    ['http://a.h.org/', { http_proxy: 'http://p', no_proxy: 'x, .h.org' }, undefined],
    ['http://a.h.org/', { http_proxy: 'http://p', no_proxy: '*.h.org' }, undefined],
    ['http://ah.org/', { http_proxy: 'http://p', no_proxy: 'h.org' }, 'http://p/'],
    ['http://h:81/', { http_proxy: 'http://p', no_proxy: 'h:80' }, 'http://p/'],
    ['http://h:81/', { http_proxy: 'http://p', no_proxy: 'h:81' }, undefined],
    ['http://h/', { http_proxy: 'http://p', NO_PROXY: '*' }, undefined],
    ['http://127.0.0.1/', { http_proxy: 'http://p' }, undefined],
    ['http://localhost:8080/', { http_proxy: 'http://p' }, undefined],
    ['http://[::1]/', { http_proxy: 'http://p' }, undefined],
  ])('for %s with %j is %s', (url, env, expected) => {
    expect(proxyFor(new URL(url), env)?.href).toBe(expected);
  });
});

describe('a netrc file', () => {
  const TEXT = `# logins
machine a.org login me password one
macdef init
machine evil login x

machine b.org
  login you
  account none
  password two
default login anonymous password guest`;

  it.each([
    ['a.org', 'me', 'one'],
    ['b.org', 'you', 'two'],
    ['evil', 'anonymous', 'guest'],
  ])('has a login for %s', (host, login, password) => {
    expect(findLogin(TEXT, host)).toEqual({ login, password });
  });

  it('has none for a host that it does not name', () => {
    expect(findLogin('machine a.org login me password one', 'c.org')).toBeUndefined();
  });
});
