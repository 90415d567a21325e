// Arguments as spf13/pflag reads them with Kubernetes' word separators: `_` is `-`.
import type { GivenFlag, GivenFlags } from './go-flags.ts'

/** Flags that need no value: they never take the next argument. */
const BOOLEANS = new Set([
  'add-dir-header',
  'allow-privileged',
  'alsologtostderr',
  'anonymous-auth',
  'audit-log-batch-throttle-enable',
  'audit-log-compress',
  'audit-log-truncate-enabled',
  'audit-webhook-batch-throttle-enable',
  'audit-webhook-truncate-enabled',
  'contention-profiling',
  'debug-socket-enabled',
  'emulation-forward-compatible',
  'enable-aggregator-routing',
  'enable-bootstrap-token-auth',
  'enable-garbage-collector',
  'enable-logs-handler',
  'enable-priority-and-fairness',
  'encryption-provider-config-automatic-reload',
  'etcd-quorum-read',
  'help',
  'insecure-allow-any-token',
  'kubelet-https',
  'logtostderr',
  'one-output',
  'permit-address-sharing',
  'permit-port-sharing',
  'profiling',
  'repair-malformed-updates',
  'runtime-config-emulation-forward-compatible',
  'service-account-extend-token-expiration',
  'service-account-lookup',
  'shutdown-send-retry-after',
  'skip-headers',
  'skip-log-headers',
  'watch-cache',
])

/** Flags whose repetitions add up instead of replacing each other. */
const LISTS = new Set([
  'admission-control',
  'api-audiences',
  'authorization-mode',
  'cors-allowed-origins',
  'disable-admission-plugins',
  'disabled-metrics',
  'enable-admission-plugins',
  'etcd-servers',
  'etcd-servers-overrides',
  'feature-gates',
  'oidc-signing-algs',
  'requestheader-allowed-names',
  'requestheader-extra-headers-prefix',
  'requestheader-group-headers',
  'requestheader-username-headers',
  'runtime-config',
  'service-account-issuer',
  'service-account-key-file',
  'tls-cipher-suites',
  'tls-sni-cert-key',
  'watch-cache-sizes',
])

const normal = (name: string) => name.replaceAll('_', '-')

export const isPflagBoolean = (name: string): boolean => BOOLEANS.has(name)
export const isPflagList = (name: string): boolean => LISTS.has(name)

function shorthand(argument: string, next: string | undefined): [GivenFlag, boolean] {
  const name = argument.slice(1, 2)
  const glued = argument.slice(2).replace(/^=/, '')
  if (name === 'h') return [{ name: 'help', value: 'true', known: true }, false]
  const value = argument.length > 2 ? glued : next
  return [{ name, value, known: name === 'v' }, argument.length <= 2 && next !== undefined]
}

/** Reads `--x=v`, `--x v`, bare booleans and `-v=2`; flags and arguments may be mixed until `--`. */
export function parsePflags(argv: readonly string[]): GivenFlags {
  const flags: GivenFlag[] = []
  const rest: string[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    if (argument === '--') return { flags, rest: [...rest, ...argv.slice(at + 1)] }
    if (!argument.startsWith('-') || argument === '-') {
      rest.push(argument)
      continue
    }
    const next = argv[at + 1]
    if (!argument.startsWith('--')) {
      const [flag, took] = shorthand(argument, next)
      flags.push(flag)
      if (took) at += 1
      continue
    }
    const equals = argument.indexOf('=')
    const name = normal(argument.slice(2, equals < 0 ? undefined : equals))
    if (equals >= 0) flags.push({ name, value: argument.slice(equals + 1), known: true })
    else if (BOOLEANS.has(name)) flags.push({ name, value: 'true', known: true })
    else {
      flags.push({ name, value: next, known: true })
      at += 1
    }
  }
  return { flags, rest }
}
