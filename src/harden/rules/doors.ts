// Decides for the client and the peer door of a cluster whether and how they are moved to TLS.
import { setting, urls, type Launch } from '../../effective/model.ts'
import { pair, type Pair } from './material.ts'
import { isPlain } from './member-flags.ts'
import { CLIENT_DOOR, PEER_DOOR } from './repairs.ts'

export type Door = 'client' | 'peer'
export type Move = 'stay' | 'as-configured' | 'new-ca' | 'manual'

export const DOORS = {
  client: {
    listen: 'listen-client-urls',
    files: ['cert-file', 'key-file', 'trusted-ca-file'],
    controls: CLIENT_DOOR,
  },
  peer: {
    listen: 'listen-peer-urls',
    files: ['peer-cert-file', 'peer-key-file', 'peer-trusted-ca-file'],
    controls: PEER_DOOR,
  },
} as const

/** Where the CA of a closed door lies. */
export const caOf = (directory: string, door: Door): Pair => pair(directory, `etcd-${door}-ca`)

export interface Standing {
  readonly launch: Launch
  readonly failed: ReadonlySet<string>
}

/** What speaks against the material that the flags name: nobody may use it for the closed door. */
const UNFIT: Readonly<Record<Door, readonly string[]>> = {
  client: ['client-ca-exclusive', 'server-cert'],
  peer: ['peer-ca-separate', 'peer-cert'],
}

/** On a plain door no check says so yet: it would open to clients the moment it asks for certificates. */
const sharesCa = (launch: Launch): boolean =>
  setting(launch, 'peer-trusted-ca-file') === setting(launch, 'trusted-ca-file')

const plain = ({ launch }: Standing, door: Door): boolean =>
  urls(launch, DOORS[door].listen).some(isPlain)
const unfit = ({ launch, failed }: Standing, door: Door): boolean =>
  UNFIT[door].some((control) => failed.has(control)) ||
  (door === 'peer' && sharesCa(launch)) ||
  DOORS[door].files.some((flag) => setting(launch, flag) === undefined)

/**
 * How the door of each member moves. While every member's is plain nobody depends on the old CA through it, so a
 * new one of etcd's own is free; keys that lay behind an open door are not trusted again. `own`: an earlier run has
 * closed the others with a new CA, and this one joins them.
 */
export function moves(all: readonly Standing[], door: Door, own = false): readonly Move[] {
  const free = all.every((one) => urls(one.launch, DOORS[door].listen).every(isPlain))
  return all.map((one) => {
    if (!plain(one, door)) return 'stay'
    if (free || own) return 'new-ca'
    return unfit(one, door) ? 'manual' : 'as-configured'
  })
}
