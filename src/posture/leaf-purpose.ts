// A certificate that a member shows: which file it is, which CA file it must lead to, what it must be good for.
import { enabled, setting, urls, type Launch } from '../effective/model.ts'
import type { Usage } from '../pki/rules/usages.ts'
import type { CertificateRole } from './facts/certificates.ts'

export interface Expected {
  /** Hosts that it is dialled under. */
  readonly hosts: readonly string[]
  readonly usages: readonly { readonly usage: Usage; readonly because: string }[]
}

export interface LeafRule {
  readonly role: CertificateRole
  readonly flag: string
  readonly authority: { readonly role: CertificateRole; readonly flag: string }
  /** What a launch asks of it; a text where the launch shows no such certificate: why not. */
  readonly expected: (launch: Launch) => Expected | string
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/
const EVERYTHING = /^(?:0\.0\.0\.0|::)$/

export const isLoopback = (host: string): boolean => LOOPBACK.test(host)
export const speaksTls = (url: string): boolean => /^(?:https|unixs):/i.test(url)

/** Hosts of the https URLs, without brackets; listening on everything is no name that could be dialled. */
export const tlsHosts = (places: readonly string[]): readonly string[] =>
  places
    .filter((place) => /^https:/i.test(place))
    .map((place) => (URL.parse(place)?.hostname ?? '').replace(/^\[|\]$/g, ''))
    .filter((host) => host !== '' && !EVERYTHING.test(host))

/** What is advertised, and what is listened on; loopback only where nothing else is known. */
function dialled(launch: Launch, advertised: string, listening: readonly string[]): string[] {
  const heard = tlsHosts(listening.flatMap((flag) => urls(launch, flag)))
  const hosts = [
    ...tlsHosts(urls(launch, advertised)),
    ...heard.filter((host) => !isLoopback(host)),
  ]
  return [...new Set(hosts.length > 0 ? hosts : heard)]
}

const SERVER = { usage: 'serverAuth', because: 'which every client asks of it' } as const

const GATEWAY = {
  usage: 'clientAuth',
  because: 'so the JSON gateway is shut out of its own port',
} as const
const PEER = { usage: 'clientAuth', because: 'with which it dials the other members' } as const

const demandsCertificates = (launch: Launch) =>
  enabled(launch, 'client-cert-auth') || setting(launch, 'trusted-ca-file') !== undefined

const LISTENING = ['listen-client-urls', 'listen-client-http-urls'] as const

/** The gateway dials its own port with the server's certificate, unless it has one of its own (etcd#9785). */
const gatewayShowsIt = (launch: Launch) =>
  demandsCertificates(launch) &&
  setting(launch, 'enable-grpc-gateway') !== 'false' &&
  setting(launch, 'client-cert-file') === undefined

export const SERVER_LEAF: LeafRule = {
  role: 'server',
  flag: 'cert-file',
  authority: { role: 'client-ca', flag: 'trusted-ca-file' },
  expected: (launch) => {
    const listeners = [...LISTENING, 'listen-metrics-urls'].flatMap((flag) => urls(launch, flag))
    if (!listeners.some(speaksTls)) return 'no client listener speaks TLS'
    return {
      hosts: dialled(launch, 'advertise-client-urls', LISTENING),
      usages: [SERVER, ...(gatewayShowsIt(launch) ? [GATEWAY] : [])],
    }
  },
}

export const PEER_LEAF: LeafRule = {
  role: 'peer',
  flag: 'peer-cert-file',
  authority: { role: 'peer-ca', flag: 'peer-trusted-ca-file' },
  expected: (launch) => {
    if (!urls(launch, 'listen-peer-urls').some(speaksTls)) return 'no peer listener speaks TLS'
    const dials = setting(launch, 'peer-client-cert-file') === undefined
    return {
      hosts: dialled(launch, 'initial-advertise-peer-urls', ['listen-peer-urls']),
      usages: [SERVER, ...(dials ? [PEER] : [])],
    }
  },
}

const CLIENT: Expected = {
  hosts: [],
  usages: [{ usage: 'clientAuth', because: 'which every listener asks of it' }],
}

export const CLIENT_LEAVES: readonly LeafRule[] = [
  {
    role: 'client',
    flag: 'client-cert-file',
    authority: SERVER_LEAF.authority,
    expected: () => CLIENT,
  },
  {
    role: 'peer-client',
    flag: 'peer-client-cert-file',
    authority: PEER_LEAF.authority,
    expected: () => CLIENT,
  },
]
