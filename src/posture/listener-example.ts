// Builds the probes that listener controls give as examples: a door that does everything right, but for what is said.
import { known, missing } from '../core/fact.ts'
import { AT } from './example.ts'
import type { Attempt, ListenerProbe } from './facts/probes.ts'

const tried = (outcome: Attempt['outcome'], detail: string): Attempt => ({
  outcome,
  detail,
  at: AT,
})

export const answered = tried('answered', 'grpc-status 0')
export const page = tried('answered', 'HTTP 200')
export const denied = tried('denied', 'grpc-status 3, user name is empty')
export const refused = tried('refused', 'alert certificate required')
export const absent = tried('refused', 'HTTP 404')
const closed = tried('refused', 'connection closed')

const PATHS = ['/metrics', '/health', '/version', '/debug/vars']
const GONE = ['/debug/pprof/', '/debug/requests']
const each = <T>(paths: readonly string[], value: T) =>
  Object.fromEntries(paths.map((path) => [path, value]))

/** A client listener with mutual TLS. */
export function door(parts: Partial<ListenerProbe> = {}): ListenerProbe {
  return {
    role: 'client',
    url: 'https://10.0.0.1:2379',
    address: '10.0.0.1:2379',
    origin: { layer: 'running', source: 'process etcd' },
    reachable: known(true),
    plaintext: { h2c: closed, http1: closed },
    tls: { none: refused, 'throwaway-ca': refused, good: answered },
    versions: { 'TLS1.0': closed, 'TLS1.1': closed, 'TLS1.2': answered, 'TLS1.3': answered },
    weakSuites: known([]),
    served: known([]),
    caPool: known(['ZXRjZC1jYQ==']),
    http: {
      ...each([...PATHS, '/v3/kv/range'], { anonymous: refused, withGood: page }),
      ...each(GONE, { anonymous: refused, withGood: absent }),
    },
    ...parts,
  }
}

/** The same without TLS. */
export function openDoor(parts: Partial<ListenerProbe> = {}): ListenerProbe {
  const unseen = missing('not a TLS listener')
  return door({
    url: 'http://10.0.0.1:2379',
    plaintext: { h2c: answered, http1: page },
    tls: {},
    versions: {},
    weakSuites: unseen,
    served: unseen,
    caPool: unseen,
    http: {
      ...each([...PATHS, '/v3/kv/range'], { anonymous: page }),
      ...each(GONE, { anonymous: absent }),
    },
    allowedOrigin: known('*'),
    foreignHost: page,
    ...parts,
  })
}

/** A Unix socket without TLS; whoever may write to it gets in. */
export function socketDoor(mode: number, url = 'unix:///run/etcd.sock'): ListenerProbe {
  const unseen = missing(`${url} is a Unix socket, which is not probed`)
  const file = { path: '/run/etcd.sock', mode, uid: 0, gid: 0, inode: '1:1' }
  return door({
    url,
    address: '',
    reachable: unseen,
    plaintext: {},
    tls: {},
    versions: {},
    weakSuites: unseen,
    served: unseen,
    caPool: unseen,
    http: {},
    socket: known({ ...file, type: 'socket', parents: [] }),
  })
}

export const PEER = {
  role: 'peer',
  url: 'https://10.0.0.1:2380',
  address: '10.0.0.1:2380',
} as const

export const unreachable = (parts: Partial<ListenerProbe> = {}): ListenerProbe =>
  door({ reachable: missing('10.0.0.1:2379: connection refused'), tls: {}, ...parts })
