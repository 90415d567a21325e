// Users and roles as a snapshot has them, for comparing: the password's hash leaves only as a keyed fingerprint.
import { createHmac } from 'node:crypto'
import { displayBytes } from '../core/bytes.ts'
import { BoltTree } from './bolt-tree.ts'
import type { ByteSource } from './byte-source.ts'
import { type Field, fields } from './survey/protobuf.ts'

export interface AuthRecord {
  /** Roles of a user, permissions of a role; sorted. */
  readonly grants: readonly string[]
  /** Of a user in a snapshot: the same for the same password hash in one run. */
  readonly password?: string
}

export interface AuthRecords {
  /** Absent where it is not told: etcd 3.4 has no call for it. */
  readonly enabled?: boolean
  readonly users: ReadonlyMap<string, AuthRecord>
  readonly roles: ReadonlyMap<string, AuthRecord>
}

const text = (field: Field | undefined) => field?.bytes.toString('utf8') ?? ''
const all = (found: readonly Field[], number: number) =>
  found.filter((field) => field.number === number)

const TYPES = ['read', 'write', 'readwrite']

/** `read /registry/ … /registry0`: what a permission allows, byte for byte. */
export function permissionText(type: string, key: Uint8Array, rangeEnd: Uint8Array): string {
  const end = rangeEnd.length === 0 ? '' : ` … ${displayBytes(rangeEnd)}`
  return `${type} ${displayBytes(key)}${end}`
}

function permission(field: Field): string {
  const found = fields(field.bytes)
  const bytes = (number: number) => all(found, number)[0]?.bytes ?? Buffer.alloc(0)
  const type = Number(all(found, 1)[0]?.value ?? 0n)
  return permissionText(TYPES[type] ?? `type ${type}`, bytes(2), bytes(3))
}

async function records(
  tree: BoltTree,
  bucket: string,
  read: (found: readonly Field[]) => AuthRecord,
): Promise<ReadonlyMap<string, AuthRecord>> {
  const root = await tree.bucket(bucket)
  const found = new Map<string, AuthRecord>()
  if (!root) return found
  for await (const { value } of tree.entriesBackwards(root)) {
    const message = fields(Buffer.from(value))
    found.set(text(all(message, 1)[0]), read(message))
  }
  return found
}

/** `key`: of the fingerprints; the same for both sides of a comparison. Throws KeepError `corrupt`. */
export async function readAuthRecords(source: ByteSource, key: Buffer): Promise<AuthRecords> {
  const tree = await BoltTree.open(source)
  const users = await records(tree, 'authUsers', (found) => ({
    grants: all(found, 3).map(text).toSorted(),
    password: createHmac('sha256', key)
      .update(all(found, 2)[0]?.bytes ?? '')
      .digest('hex'),
  }))
  const roles = await records(tree, 'authRoles', (found) => ({
    grants: all(found, 2).map(permission).toSorted(),
  }))
  let enabled = false
  const root = await tree.bucket('auth')
  if (root)
    for await (const entry of tree.entriesBackwards(root))
      if (entry.key.toString('latin1') === 'authEnabled') enabled = entry.value[0] === 1
  return { enabled, users, roles }
}

/** One name that is not the same on both sides. */
export interface AuthChange {
  readonly name: string
  readonly change: 'added' | 'changed' | 'removed'
  /** Of a change: `password`, `grants`. */
  readonly what?: readonly string[]
}

/** Names that differ. A password is compared only where both sides have it. */
export function compareAuth(
  from: ReadonlyMap<string, AuthRecord>,
  to: ReadonlyMap<string, AuthRecord>,
): readonly AuthChange[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].toSorted()
  return names.flatMap((name): readonly AuthChange[] => {
    const [before, after] = [from.get(name), to.get(name)]
    if (!before) return [{ name, change: 'added' }]
    if (!after) return [{ name, change: 'removed' }]
    const what = [
      ...(before.grants.join('\0') === after.grants.join('\0') ? [] : ['grants']),
      ...(before.password !== undefined &&
      after.password !== undefined &&
      before.password !== after.password
        ? ['password']
        : []),
    ]
    return what.length === 0 ? [] : [{ name, change: 'changed', what }]
  })
}
