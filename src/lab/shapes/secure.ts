import type { Shape } from '../shape.ts'

export const secure: Shape = {
  name: 'secure',
  summary: 'mutual TLS on every door, a CA for each purpose, private keys private',
  scheme: 'https',
  clientCertAuth: true,
  authorities: 'apart',
  keyMode: 0o600,
  manifestMode: 0o600,
}
