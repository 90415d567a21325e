import type { Shape } from '../shape.ts'

/** Every TLS flag that scanners look for is set, and none of them matters: the listeners speak http. */
export const wideOpen: Shape = {
  name: 'wide-open',
  summary: 'plain http behind a full set of TLS flags, one CA for everything, keys for all to read',
  scheme: 'http',
  clientCertAuth: true,
  authorities: 'shared',
  keyMode: 0o644,
  manifestMode: 0o644,
}
