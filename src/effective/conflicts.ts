// Settings that are right each for itself and stop etcd together; each seen to stop 3.4 and 3.5.
import type { Setting } from './model.ts'

export interface Conflict {
  readonly setting: string
  readonly message: string
}

type Settings = Readonly<Record<string, Setting>>

/** One of these has to be among --cipher-suites (RFC 9113 9.2.2), or Go's HTTP/2 server does not start. */
const REQUIRED = /^TLS_ECDHE_(RSA|ECDSA)_WITH_AES_128_GCM_SHA256$/

const of = (settings: Settings, name: string): string => settings[name]?.value ?? ''
const encrypted = (settings: Settings, name: string): boolean =>
  /(^|,)\s*https:/i.test(of(settings, name))
const CLIENT_LISTENERS = ['listen-client-urls', 'listen-client-http-urls', 'listen-metrics-urls']

function certificates(settings: Settings): readonly Conflict[] {
  const lacking = (prefix: string, listeners: readonly string[]): readonly Conflict[] => {
    const [cert, key, auto] = [`${prefix}cert-file`, `${prefix}key-file`, `${prefix}auto-tls`]
    if (of(settings, cert) + of(settings, key) !== '' || of(settings, auto) === 'true') return []
    return listeners
      .filter((listener) => encrypted(settings, listener))
      .map((listener) => ({
        setting: listener,
        message: `--${listener} has an https URL, and neither --${cert} nor --${key} is given: etcd refuses to start`,
      }))
  }
  return [...lacking('', CLIENT_LISTENERS), ...lacking('peer-', ['listen-peer-urls'])]
}

function allowedNames(settings: Settings): readonly Conflict[] {
  return ['peer-', 'client-'].flatMap((prefix) => {
    const [cn, host] = [`${prefix}cert-allowed-cn`, `${prefix}cert-allowed-hostname`]
    const listens = encrypted(settings, `listen-${prefix}urls`)
    return listens && of(settings, cn) !== '' && of(settings, host) !== ''
      ? [{ setting: host, message: `--${cn} and --${host} exclude each other` }]
      : []
  })
}

function protocols(settings: Settings): readonly Conflict[] {
  const suites = of(settings, 'cipher-suites')
  const strict = of(settings, 'tls-min-version') === 'TLS1.3'
  const tls = [...CLIENT_LISTENERS, 'listen-peer-urls'].some((name) => encrypted(settings, name))
  const conflicts: Conflict[] = []
  const add = (setting: string, message: string) => conflicts.push({ setting, message })
  if (suites !== '' && strict)
    add('cipher-suites', '--cipher-suites and --tls-min-version=TLS1.3 exclude each other')
  else if (suites !== '' && tls && !suites.split(',').some((name) => REQUIRED.test(name)))
    add(
      'cipher-suites',
      '--cipher-suites lacks both suites with ECDHE and AES_128_GCM_SHA256, one of which HTTP/2 needs: etcd refuses to start',
    )
  if (strict && of(settings, 'tls-max-version') === 'TLS1.2')
    add('tls-max-version', '--tls-max-version is below --tls-min-version: etcd refuses to start')
  return conflicts
}

function addresses(settings: Settings): readonly Conflict[] {
  const listens = settings['listen-client-urls']?.origin.kind
  const given = listens === 'flag' || listens === 'environment'
  return given && settings['advertise-client-urls']?.origin.kind === 'default'
    ? [
        {
          setting: 'advertise-client-urls',
          message:
            '--listen-client-urls is given without --advertise-client-urls: etcd refuses to start',
        },
      ]
    : []
}

function timing(settings: Settings): readonly Conflict[] {
  const [beat, election] = ['heartbeat-interval', 'election-timeout'].map((name) =>
    Number(of(settings, name)),
  )
  return beat && election && election < 5 * beat
    ? [
        {
          setting: 'election-timeout',
          message:
            '--election-timeout is less than five times --heartbeat-interval: etcd refuses to start',
        },
      ]
    : []
}

/** What stops an etcd with these settings, defaults included. */
export const conflictsOf = (settings: Settings): readonly Conflict[] => [
  ...certificates(settings),
  ...allowedNames(settings),
  ...protocols(settings),
  ...addresses(settings),
  ...timing(settings),
]
