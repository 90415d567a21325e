import type { Shape } from '../shape.ts'

export const noClientCertificates: Shape = {
  name: 'no-client-certificates',
  summary: 'TLS towards clients that asks them for nothing',
  scheme: 'https',
  clientCertAuth: false,
  authorities: 'apart',
  keyMode: 0o600,
  manifestMode: 0o600,
}
