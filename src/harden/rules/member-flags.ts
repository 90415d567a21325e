// What the flags of one member have to become, given what failed. Pure.
import { enabled, setting, urls, type Launch } from '../../effective/model.ts'
import type { FlagChanges } from '../model.ts'
import type { Pair } from './material.ts'

/** New certificates, as the program sees their paths. */
export interface Side {
  readonly ca: string
  readonly leaf: Pair
}

/** Doors that are to be moved to TLS: with new material, or with what the flags name already. */
export interface Doors {
  readonly client?: Side | 'as-configured'
  readonly peer?: Side | 'as-configured'
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/

export const isPlain = (url: string): boolean => url.startsWith('http:')
export const closed = (url: string): string => url.replace(/^http:/, 'https:')
const closedAll = (list: readonly string[]): string => [...new Set(list.map(closed))].join(',')

const TLS12 = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
].join(',')

function clientDoor(launch: Launch, side: Side | 'as-configured'): FlagChanges {
  return {
    'listen-client-urls': closedAll(urls(launch, 'listen-client-urls')),
    'advertise-client-urls': closedAll(urls(launch, 'advertise-client-urls')),
    ...(side !== 'as-configured' && {
      'cert-file': side.leaf.certificate,
      'key-file': side.leaf.key,
      'trusted-ca-file': side.ca,
    }),
    'client-cert-auth': 'true',
    ...(enabled(launch, 'auto-tls') && { 'auto-tls': undefined }),
  }
}

function peerDoor(launch: Launch, side: Side | 'as-configured'): FlagChanges {
  const cluster = urls(launch, 'initial-cluster')
  return {
    'listen-peer-urls': closedAll(urls(launch, 'listen-peer-urls')),
    'initial-advertise-peer-urls': closedAll(urls(launch, 'initial-advertise-peer-urls')),
    // A member that has its data does not read this; one that is made anew would.
    ...(cluster.length > 0 && {
      'initial-cluster': cluster.map((one) => one.replace('=http:', '=https:')).join(','),
    }),
    ...(side !== 'as-configured' && {
      'peer-cert-file': side.leaf.certificate,
      'peer-key-file': side.leaf.key,
      'peer-trusted-ca-file': side.ca,
    }),
    'peer-client-cert-auth': 'true',
    ...(enabled(launch, 'peer-auto-tls') && { 'peer-auto-tls': undefined }),
  }
}

/** Plain metrics stay on this machine only; nothing else of that listener needs a credential. */
function metrics(launch: Launch): FlagChanges {
  const wanted = urls(launch, 'listen-metrics-urls').map((url) => {
    if (!isPlain(url) || !URL.canParse(url) || LOOPBACK.test(new URL(url).hostname)) return url
    return `http://127.0.0.1:${new URL(url).port}`
  })
  return wanted.length === 0 ? {} : { 'listen-metrics-urls': [...new Set(wanted)].join(',') }
}

/** The simple repairs: what a control that failed wants of the flags. */
const REPAIRS: Readonly<Record<string, (launch: Launch) => FlagChanges>> = {
  'metrics-listener': metrics,
  'client-cert-required': (launch) =>
    setting(launch, 'trusted-ca-file') ? { 'client-cert-auth': 'true' } : {},
  'peer-cert-required': (launch) =>
    setting(launch, 'peer-trusted-ca-file') ? { 'peer-client-cert-auth': 'true' } : {},
  'tls-version-floor': (launch) => ({
    'tls-min-version': 'TLS1.2',
    ...(setting(launch, 'cipher-suites') === undefined && { 'cipher-suites': TLS12 }),
  }),
  'cipher-suites': () => ({ 'cipher-suites': TLS12 }),
  'debug-endpoints': (launch) => ({
    ...(enabled(launch, 'enable-pprof') && { 'enable-pprof': undefined }),
    ...(setting(launch, 'log-level') === 'debug' && { 'log-level': 'info' }),
  }),
  'auto-tls-off': (launch) => ({
    ...(enabled(launch, 'auto-tls') && setting(launch, 'cert-file') && { 'auto-tls': undefined }),
    ...(enabled(launch, 'peer-auto-tls') &&
      setting(launch, 'peer-cert-file') && { 'peer-auto-tls': undefined }),
  }),
}

/** The controls that changing flags can repair. */
export const repairable = (control: string): boolean => control in REPAIRS

/** Only what differs from what the launch has. */
export function memberFlags(
  launch: Launch,
  failed: ReadonlySet<string>,
  doors: Doors,
): FlagChanges {
  const wanted: Record<string, string | undefined> = {}
  for (const control of failed) Object.assign(wanted, REPAIRS[control]?.(launch))
  if (doors.client) Object.assign(wanted, clientDoor(launch, doors.client))
  if (doors.peer) Object.assign(wanted, peerDoor(launch, doors.peer))
  const isNews = ([name, value]: [string, string | undefined]) =>
    value === undefined || setting(launch, name) !== value
  return Object.fromEntries(Object.entries(wanted).filter(isNews))
}
