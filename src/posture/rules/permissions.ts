// What a granted range of keys covers (etcd's conventions: empty end = one key, `\0` = to the end).
import type { AuthFacts } from '../facts/rpc.ts'

type Role = Extract<AuthFacts['roles'], { known: true }>['value'][number]
export type Grant = Role['permissions'][number]

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
const endless = (end: Buffer): boolean => end.length === 1 && end[0] === 0

export const isEverything = (grant: Grant): boolean => {
  const key = bytes(grant.key)
  return endless(bytes(grant.rangeEnd)) && (key.length === 0 || (key.length === 1 && key[0] === 0))
}

/** Whether the grant reaches any key that starts with the prefix. */
export function reaches(grant: Grant, prefix: string): boolean {
  const [key, end, from] = [bytes(grant.key), bytes(grant.rangeEnd), Buffer.from(prefix)]
  if (end.length === 0) return key.subarray(0, from.length).equals(from)
  const to = Buffer.from(from)
  to[to.length - 1] = (to.at(-1) ?? 0) + 1
  return Buffer.compare(key, to) < 0 && (endless(end) || Buffer.compare(end, from) > 0)
}

export const mayRead = (grant: Grant): boolean => grant.type !== 'write'
