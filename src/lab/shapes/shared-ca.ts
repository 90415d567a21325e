import type { Shape } from '../shape.ts'

export const sharedCa: Shape = {
  name: 'shared-ca',
  summary: 'mutual TLS, but any certificate of the Kubernetes cluster opens etcd',
  scheme: 'https',
  clientCertAuth: true,
  authorities: 'shared',
  keyMode: 0o600,
  manifestMode: 0o600,
}
