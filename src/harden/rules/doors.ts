// Decides for the client and the peer door of a cluster whether and how they are moved to TLS.
import { setting, urls, type Launch } from '../../effective/model.ts'
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

export interface Standing {
  readonly launch: Launch
  readonly failed: ReadonlySet<string>
}

/** What speaks against the material that the flags name: nobody may use it for the closed door. */
const UNFIT: Readonly<Record<Door, readonly string[]>> = {
  client: ['client-ca-exclusive', 'server-cert'],
  peer: ['peer-ca-separate', 'peer-cert'],
}

const plain = ({ launch }: Standing, door: Door): boolean =>
  urls(launch, DOORS[door].listen).some(isPlain)
const unfit = ({ launch, failed }: Standing, door: Door): boolean =>
  UNFIT[door].some((control) => failed.has(control)) ||
  DOORS[door].files.some((flag) => setting(launch, flag) === undefined)

/**
 * How the door of each member moves. A new CA is safe only while nobody depends on the old one through this door:
 * as long as every member's is plain.
 */
export function moves(all: readonly Standing[], door: Door): readonly Move[] {
  const needed = all.some((one) => plain(one, door) && unfit(one, door))
  const free = all.every((one) => urls(one.launch, DOORS[door].listen).every(isPlain))
  return all.map((one) => {
    if (!plain(one, door)) return 'stay'
    if (!needed) return 'as-configured'
    return free ? 'new-ca' : 'manual'
  })
}
