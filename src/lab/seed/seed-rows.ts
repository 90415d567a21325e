// Puts Kubernetes objects into a lab's etcd, as they are really stored.
import { randomBytes, randomUUID } from 'node:crypto'
import { Secret } from '../../core/secret.ts'
import type { Etcd } from '../../ports/etcd.ts'
import { type RowKey, aescbcRow, aesgcmRow, kmsV2Row, secretboxRow } from './encrypt-row.ts'
import {
  type ObjectIdentity,
  configMapProtobuf,
  customResourceJson,
  secretJson,
  secretProtobuf,
} from './stored-object.ts'

export const STORAGES = ['protobuf', 'json', 'aescbc', 'aesgcm', 'secretbox', 'kms-v2'] as const
/** How a Secret lies in etcd. */
export type Storage = (typeof STORAGES)[number]

export interface SeedOptions {
  /** How many Secrets of each storage; default one in plain protobuf. */
  readonly secrets?: Readonly<Partial<Record<Storage, number>>>
  readonly configMaps?: number
  readonly customResources?: number
  readonly signal?: AbortSignal | undefined
}

export interface Row {
  readonly key: string
  readonly value: Uint8Array
}

const identity = (name: string, created: Date): ObjectIdentity => ({
  name,
  namespace: 'default',
  uid: randomUUID(),
  created,
})

/** Keys of this one run: thrown away, so that nobody reads the rows again. */
const throwAway = () => {
  const key: RowKey = { name: 'key1', bytes: new Secret(randomBytes(32)) }
  const seed = { plugin: 'lab-kms', keyId: randomUUID(), wrappedSeed: randomBytes(60) }
  return { key, kms: { ...seed, seed: new Secret<Uint8Array>(randomBytes(32)) } }
}

function secretRow(
  storage: Storage,
  index: number,
  now: Date,
  keys: ReturnType<typeof throwAway>,
): Row {
  const name = storage === 'protobuf' && index === 0 ? 'db-credentials' : `${storage}-${index}`
  const key = `/registry/secrets/default/${name}`
  const object = identity(name, now)
  const data = { username: Buffer.from('app'), password: randomBytes(18) }
  const plain = secretProtobuf(object, data)
  const rows: Readonly<Record<Storage, () => Uint8Array>> = {
    protobuf: () => plain,
    json: () => secretJson(object, data),
    aescbc: () => aescbcRow(keys.key, plain),
    aesgcm: () => aesgcmRow(keys.key, key, plain),
    secretbox: () => secretboxRow(keys.key.name),
    'kms-v2': () => kmsV2Row(keys.kms, key, plain),
  }
  return { key, value: rows[storage]() }
}

/** The rows that `seedRows` would write. */
export function makeRows(options: SeedOptions, now: Date): readonly Row[] {
  const { secrets = { protobuf: 1 }, configMaps = 0, customResources = 0 } = options
  const keys = throwAway()
  const times = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index))
  return [
    ...STORAGES.flatMap((storage) =>
      times(secrets[storage] ?? 0, (index) => secretRow(storage, index, now, keys)),
    ),
    ...times(configMaps, (index) => ({
      key: `/registry/configmaps/default/settings-${index}`,
      value: configMapProtobuf(identity(`settings-${index}`, now), { mode: 'lab' }),
    })),
    ...times(customResources, (index) => ({
      key: `/registry/example.com/widgets/default/widget-${index}`,
      value: customResourceJson('example.com/v1', 'Widget', identity(`widget-${index}`, now), {
        size: index,
      }),
    })),
  ]
}

/** Writes the rows, many in one transaction; returns how many. */
export async function seedRows(etcd: Etcd, options: SeedOptions, now: Date): Promise<number> {
  const rows = makeRows(options, now)
  const call = options.signal ? { signal: options.signal } : {}
  for (let start = 0; start < rows.length; start += 100) {
    const success = rows
      .slice(start, start + 100)
      .map(({ key, value }) => ({ put: { key: Buffer.from(key), value } }))
    await etcd.kv.txn({ success }, call)
  }
  return rows.length
}
