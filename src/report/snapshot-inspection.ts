// What a snapshot holds, as the JSON of `snapshot inspect` and as text.
import { displayBytes } from '../core/bytes.ts'
import { rowKeyReader } from '../encryption/rules/row-key.ts'
import type { Inspected } from '../snapshot/inspect-snapshot.ts'
import type { PrefixCount } from '../snapshot/survey/result.ts'

const resourceOf = rowKeyReader()

function prefix(one: PrefixCount) {
  const resource = resourceOf(`${one.prefix.toString('latin1')}x/y`, false)?.resource
  return {
    prefix: displayBytes(one.prefix),
    ...(resource !== undefined && { resource }),
    keys: one.keys,
    bytes: one.bytes,
    oldRevisions: one.revisions - one.keys,
    oldBytes: one.revisionBytes - one.bytes,
  }
}

/** `etcdkeep.snapshot-inspect/v1`: numbers of 64 bits are strings; nothing of a value, no password hash. */
export function snapshotInspection(file: string, inspected: Inspected, hashed: boolean) {
  const { form, size, sha256, survey } = inspected
  const { contents, pages, pageSize, hashKv, keys, prefixes, compact } = survey
  const { revisions, leases, alarms, storageVersion, encryptionKeys } = contents
  return {
    schema: 'etcdkeep.snapshot-inspect/v1' as const,
    file,
    form,
    size,
    sha256: {
      // Only a snapshot carries one to compare with.
      verified: form === 'snapshot' && sha256 !== undefined,
      ...(sha256 !== undefined && { database: sha256 }),
    },
    pages: {
      size: pageSize,
      ...pages,
      freeBytes: pages.free * pageSize,
      beyondBytes: survey.length - survey.accounted,
    },
    revision: survey.revision.toString(),
    revisions,
    ...(keys !== undefined && { keys, oldRevisions: revisions - keys }),
    ...(hashed && { hashKv }),
    compact: {
      ...(compact.scheduled !== undefined && { scheduled: compact.scheduled.toString() }),
      ...(compact.finished !== undefined && { finished: compact.finished.toString() }),
    },
    ...(prefixes && { prefixes: prefixes.map(prefix) }),
    encryptionKeys,
    leases,
    alarms,
    members: survey.members,
    auth: survey.auth,
    etcd: {
      ...(storageVersion !== undefined && { storageVersion }),
      ...(survey.clusterVersion !== undefined && { clusterVersion: survey.clusterVersion }),
      ...(survey.term !== undefined && { term: survey.term.toString() }),
      ...(survey.consistentIndex !== undefined && {
        consistentIndex: survey.consistentIndex.toString(),
      }),
    },
  }
}

export type SnapshotInspection = ReturnType<typeof snapshotInspection>
