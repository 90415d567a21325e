// What each certificate of an etcd cluster needs: names, usages, lifetime.
import { randomBytes } from 'node:crypto'
import type { Request } from './issue.ts'
import { namesFor } from './names.ts'

const DAY_MS = 86_400_000
/** Clocks differ: a certificate that starts in the reader's future is refused. */
const BACKDATED_MS = 5 * 60_000

export interface Lifetime {
  readonly now: Date
  readonly days: number
}

export const LEAF_DAYS = 90
export const CA_DAYS = 5 * 365

export const validFor = ({ now, days }: Lifetime): Pick<Request, 'notBefore' | 'notAfter'> => ({
  notBefore: new Date(now.getTime() - BACKDATED_MS),
  notAfter: new Date(now.getTime() + days * DAY_MS),
})

/** A certificate authority. With `unique`, the name is told from that of another CA made for the same purpose. */
export function authority(name: string, lifetime: Lifetime, unique = false): Request {
  const commonName = unique ? `${name}-${randomBytes(4).toString('hex')}` : name
  return { commonName, isCa: true, ...validFor(lifetime) }
}

export interface MemberNames {
  /** etcd's `--name`. */
  readonly name: string
  /** Every URL that the member advertises or listens on, and further hosts that are dialled. */
  readonly places: readonly string[]
}

/**
 * A member's client port. clientAuth because the JSON gateway inside etcd dials its own port
 * with this certificate (etcd#9785).
 */
export const server = ({ name, places }: MemberNames, lifetime: Lifetime): Request => ({
  commonName: name,
  names: namesFor(places),
  usages: ['serverAuth', 'clientAuth'],
  ...validFor(lifetime),
})

/** A member's peer port, both ways: it is dialled and it dials. The names also cover the address it dials from. */
export const peer = (names: MemberNames, lifetime: Lifetime): Request => server(names, lifetime)

export const client = (
  commonName: string,
  lifetime: Lifetime,
  organizations: readonly string[] = [],
): Request => ({ commonName, organizations, usages: ['clientAuth'], ...validFor(lifetime) })

export const healthcheckClient = (lifetime: Lifetime): Request =>
  client('kube-etcd-healthcheck-client', lifetime)

export const apiserverEtcdClient = (lifetime: Lifetime): Request =>
  client('kube-apiserver-etcd-client', lifetime)
