// Which provider writes and which ones read a resource, and how its stored rows compare.
import { entriesFor } from '../../encryption/rules/group-resource.ts'
import type { Evidence } from '../../core/finding.ts'
import type { EncryptionConfig, KeyspaceFacts, ResourceRows } from '../facts/keyspace.ts'
import { type Judgement, notApplicable, unknown } from '../control.ts'
import type { Apiserver, Observation } from '../observation.ts'

type Provider = EncryptionConfig['resources'][number]['providers'][number]
export type Stored = ResourceRows['stored'][number]

/** The providers of a resource in the order the API server tries them; none = stored in the clear. */
export const providersOf = (config: EncryptionConfig, resource: string): readonly Provider[] =>
  entriesFor(config.resources, resource).flatMap((entry) => entry.providers)

/** A provider as the prefix of a stored row names it. */
const storedName = ({ kind, kms }: Provider): string =>
  kms ? `kms-${kms.apiVersion}` : kind === 'identity' ? 'plaintext' : kind

const namesOf = (provider: Provider): readonly string[] =>
  provider.kms ? [provider.kms.name] : provider.keys.map((key) => key.name)

/** Whether the API server finds a provider and a key name for the row. Only names are compared. */
export function readable(config: EncryptionConfig, resource: string, row: Stored): boolean {
  const providers = providersOf(config, resource)
  if (row.provider === 'plaintext')
    return providers.length === 0 || providers.some((one) => one.kind === 'identity')
  return providers.some(
    (one) => storedName(one) === row.provider && namesOf(one).includes(row.key ?? ''),
  )
}

/** Whether the API server would write the row again in the same way. */
export function written(config: EncryptionConfig, resource: string, row: Stored): boolean {
  const [first] = providersOf(config, resource)
  if (!first || first.kind === 'identity') return row.provider === 'plaintext'
  return storedName(first) === row.provider && namesOf(first)[0] === row.key
}

export const encrypts = (config: EncryptionConfig, resource: string): boolean => {
  const [first] = providersOf(config, resource)
  return first !== undefined && first.kind !== 'identity'
}

const shown = (row: Stored) =>
  [row.provider, row.key, row.encoding].filter((part) => part !== undefined).join(' ')

/** Rows as they lie in etcd: proof of how they are stored. */
export const rowEvidence = (keyspace: KeyspaceFacts, resource: string, row: Stored): Evidence => ({
  source: `stored rows of ${resource}, ${keyspace.source}`,
  observed: `${row.rows} ${row.rows === 1 ? 'row' : 'rows'} stored as ${shown(row)}, for example ${row.example}`,
  stable: `stored as ${shown(row)}`,
  layer: 'proven',
})

export const configEvidence = (config: EncryptionConfig, observed: string): Evidence => ({
  source: `file ${config.path}`,
  observed,
  layer: config.layer ?? 'running',
})

/** Rows that the API server may encrypt, one by one. */
export const rowsOf = (keyspace: KeyspaceFacts) =>
  keyspace.resources
    .filter((one) => one.byDesign !== true)
    .flatMap(({ resource, stored }) => stored.map((row) => ({ resource, row })))

export const isEncrypted = (row: Stored): boolean =>
  row.provider !== 'plaintext' && (row.provider !== 'unknown' || row.key !== undefined)

/** Configurations of the API servers that could be seen; `null` = one that encrypts nothing. */
export const knownConfigs = (all: Observation): readonly (EncryptionConfig | null)[] =>
  all.apiservers
    .flatMap(encryptionsOf)
    .flatMap((encryption) => (encryption.known ? [encryption.value] : []))

/** Of its process, and of its manifest where that names other files. */
export const encryptionsOf = ({
  encryption,
  declaredFiles,
}: Pick<Apiserver, 'encryption' | 'declaredFiles'>): readonly Apiserver['encryption'][] =>
  declaredFiles ? [encryption, declaredFiles.encryption] : [encryption]

/** The worst that the judge makes of the configurations of one API server. */
export function judgeEncryptions(
  apiserver: Apiserver,
  judge: (encryption: EncryptionConfig) => Judgement,
): Judgement {
  const judgements = encryptionsOf(apiserver).map((fact) => {
    if (!fact.known) return unknown(fact.why, fact.access)
    return fact.value
      ? judge(fact.value)
      : notApplicable('no encryption is configured: see encryption-configured')
  })
  const [first = notApplicable('no encryption is configured')] = (
    ['fail', 'unknown', 'pass', 'not-applicable'] as const
  ).flatMap((verdict) => judgements.filter((one) => one.verdict === verdict))
  return first
}

/** The cluster, where anything of it could be seen: a member or its stored rows. */
export const storedCluster = (all: Observation) =>
  all.members.length === 0 && !all.keyspace.known
    ? []
    : [{ subject: { kind: 'cluster' as const, name: 'etcd' }, value: all }]
