// Encryption configurations and stored rows for the examples of controls.
import { known } from '../core/fact.ts'
import type { EncryptionConfig, KeyspaceFacts, ResourceRows } from './facts/keyspace.ts'
import { apiserver, launch, member, seen } from './example.ts'
import type { Observation } from './observation.ts'

type Entry = EncryptionConfig['resources'][number]
type Provider = Entry['providers'][number]

export const aescbc = (...names: readonly string[]): Provider => ({
  kind: 'aescbc',
  keys: names.map((name) => ({ name, bytes: 32 })),
})

export const identity: Provider = { kind: 'identity', keys: [] }

export const kms = (apiVersion: string, endpoint = 'unix:///run/kms.sock'): Provider => ({
  kind: 'kms',
  kms: { apiVersion, name: 'vault', endpoint },
  keys: [],
})

export const entry = (resources: string, ...providers: readonly Provider[]): Entry => ({
  resources: resources.split(' '),
  providers,
})

export const config = (...resources: readonly Entry[]): EncryptionConfig => ({
  path: '/etc/kubernetes/enc.yaml',
  resources,
  errors: [],
  warnings: [],
})

const FLAG = { 'encryption-provider-config': '/etc/kubernetes/enc.yaml' }

/** An API server with this configuration; `null` = without the flag. */
export const configured = (encryption: EncryptionConfig | null) =>
  apiserver({
    running: known(launch(encryption ? FLAG : {}, { program: 'kube-apiserver' })),
    encryption: known(encryption),
  })

type Row = readonly [provider: string, key?: string]

export const stored = (resource: string, ...rows: readonly Row[]): ResourceRows => ({
  resource,
  rows: rows.length,
  stored: rows.map(([provider, key]) => ({
    provider,
    ...(key !== undefined && { key }),
    rows: 1,
    example: `/registry/${resource}/default/one`,
  })),
})

export const keyspace = (...resources: readonly ResourceRows[]): KeyspaceFacts => ({
  source: 'member m1',
  revision: '7',
  keys: resources.length,
  prefixes: resources.length > 0 ? ['/registry'] : [],
  resources,
})

/** A member, an API server and what is stored. */
export const cluster = (
  encryption: EncryptionConfig | null,
  ...resources: readonly ResourceRows[]
): Observation =>
  seen({
    members: [member()],
    apiservers: [configured(encryption)],
    keyspace: known(keyspace(...resources)),
  })
