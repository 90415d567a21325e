import type { Program } from './model.ts'
import { ETCD_FLAGS } from './etcd-flags.ts'

/** Flags that guides and people put on the wrong program. */
const APISERVER = new Set([
  'anonymous-auth',
  'audit-log-path',
  'audit-policy-file',
  'authorization-mode',
  'client-ca-file',
  'enable-admission-plugins',
  'encryption-provider-config',
  'encryption-provider-config-automatic-reload',
  'etcd-cafile',
  'etcd-certfile',
  'etcd-keyfile',
  'etcd-prefix',
  'etcd-servers',
  'etcd-servers-overrides',
  'experimental-encryption-provider-config',
  'profiling',
  'secure-port',
  'service-account-key-file',
  'tls-cert-file',
  'tls-cipher-suites',
  'tls-private-key-file',
  'token-auth-file',
])

const ETCDCTL = new Set(['cacert', 'cert', 'endpoints', 'insecure-skip-tls-verify', 'key'])

/** Names that both programs know, or that newer API servers may know. */
const SHARED =
  /^(feature-gates$|tls-min-version$|version|log-|logging-|experimental-|v2-|name$|metrics$|logger$|debug$)/

/** The program that a flag belongs to, where it is given to another one that does not know it. */
export function misplaced(program: Program, flag: string): string | undefined {
  if (program === 'kube-apiserver')
    return ETCD_FLAGS.has(flag) && !SHARED.test(flag) ? 'etcd' : undefined
  if (APISERVER.has(flag)) return 'kube-apiserver'
  return ETCDCTL.has(flag) ? 'etcdctl' : undefined
}
