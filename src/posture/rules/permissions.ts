// What a granted range of keys covers (etcd's conventions: empty end = one key, `\0` = to the end).
import type { AuthFacts } from '../facts/rpc.ts'

type Role = Extract<AuthFacts['roles'], { known: true }>['value'][number]
export type Grant = Role['permissions'][number]

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')
const endless = (end: Buffer): boolean => end.length === 1 && end[0] === 0

/** Whether the grant speaks of that prefix by name, and not of a range that happens to hold it. */
export const names = (grant: Grant, prefix: string): boolean =>
  bytes(grant.key).toString('latin1').startsWith(prefix)

type Range = readonly [from: Buffer, to: Buffer | null]

/** `[from, to)`; `null` = to the end. Ranges that hold nothing are left out: etcd 3.4 accepts them. */
function rangeOf(grant: Grant): Range | undefined {
  const [key, end] = [bytes(grant.key), bytes(grant.rangeEnd)]
  if (endless(end)) return [key, null]
  const to = end.length === 0 ? Buffer.concat([key, Buffer.of(0)]) : end
  return Buffer.compare(key, to) < 0 ? [key, to] : undefined
}

/** No key is empty, so `\0` alone is the first there is. */
const isFirst = (key: Buffer) => key.length === 0 || (key.length === 1 && key[0] === 0)

/** Whether the grants together cover every key, be it in pieces. */
export function coverAll(grants: readonly Grant[]): boolean {
  const ranges = grants
    .map(rangeOf)
    .filter((range) => range !== undefined)
    .toSorted(([a], [b]) => Buffer.compare(a, b))
  let reached: Buffer = Buffer.alloc(0)
  for (const [from, to] of ranges) {
    if (Buffer.compare(from, reached) > 0 && !(reached.length === 0 && isFirst(from))) return false
    if (to === null) return true
    if (Buffer.compare(to, reached) > 0) reached = to
  }
  return false
}

/** Whether the grant reaches any key that starts with the prefix. */
export function reaches(grant: Grant, prefix: string): boolean {
  const [key, end, from] = [bytes(grant.key), bytes(grant.rangeEnd), Buffer.from(prefix)]
  if (end.length === 0) return key.subarray(0, from.length).equals(from)
  if (!rangeOf(grant)) return false
  const to = Buffer.from(from)
  to[to.length - 1] = (to.at(-1) ?? 0) + 1
  return Buffer.compare(key, to) < 0 && (endless(end) || Buffer.compare(end, from) > 0)
}

export const mayRead = (grant: Grant): boolean => grant.type !== 'write'
export const mayWrite = (grant: Grant): boolean => grant.type !== 'read'
