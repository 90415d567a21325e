// What `snapshot save` says, for machines and for people.
import type { Anchored, SavedAndAnchored } from './into-repository.ts'
import { pad, visible, type Terminal } from '../../core/terminal.ts'
import type { Receiver, Taken } from '../../backup/attempt.ts'
import { bytesText } from '../../backup/meter.ts'
import type { HashCompared } from '../../backup/compare-hash.ts'
import type { PassedOver, SnapshotSource } from '../../backup/model.ts'
import type { SnapshotContents } from '../../repository/model.ts'

/** Where a repository has it. */
export interface Recorded {
  readonly sequence: number
  readonly id: string
  /** Of the manifest object. */
  readonly manifest: string
  /** Bytes as stored: compressed and encrypted. */
  readonly stored: number
  readonly recipients: readonly string[]
  /** The first counts; `error` where another has it not. */
  readonly stores: readonly { readonly name: string; readonly error?: string }[]
  readonly anchors: readonly Anchored[]
}

export interface SaveResult {
  readonly schema: 'etcdkeep.snapshot-save/v1'
  /** Absolute; absent where it went into a repository. */
  readonly file?: string
  readonly repository?: Recorded
  readonly source: SnapshotSource
  readonly cluster: string
  /** Of the last change in the snapshot, read out of the file itself. */
  readonly revision: string
  /** The database, without the SHA-256 behind it. */
  readonly length: number
  readonly sha256: string
  /** Equal to the member's, or why there is nothing to compare. */
  readonly hashKv: HashCompared
  /** Whether the member was shown to lag behind nobody. */
  readonly fresh: { readonly proven: boolean; readonly why?: string }
  readonly contents: SnapshotContents
  readonly passedOver: readonly PassedOver[]
  readonly seconds: { readonly stream: number; readonly all: number }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

export function saveResult(
  taken: Taken<Receiver>,
  where: Pick<SaveResult, 'file' | 'repository'>,
  seconds: number,
): SaveResult {
  const { source, cluster, streamed, survey, hashKv, fresh, passedOver, streamSeconds } = taken
  return {
    schema: 'etcdkeep.snapshot-save/v1',
    ...where,
    source,
    cluster: cluster.id,
    revision: survey.revision.toString(),
    length: streamed.length,
    sha256: streamed.sha256.toString('hex'),
    hashKv,
    fresh: fresh.proven ? { proven: true } : { proven: false, why: fresh.why },
    contents: survey.contents,
    passedOver,
    seconds: { stream: rounded(streamSeconds), all: rounded(seconds) },
  }
}

export function recordedIn({ manifest, stores, anchors }: SavedAndAnchored): Recorded {
  const { sequence, id, data, keys } = manifest.manifest
  return {
    sequence,
    id,
    manifest: manifest.sha256,
    stored: data.length,
    recipients: keys.recipients.map(({ key }) => key),
    stores: stores.map((one) => ({
      name: one.store.name,
      ...('error' in one && { error: one.error.message }),
    })),
    anchors,
  }
}

/** 3 where a store has it not, or an anchor does not know of it. */
export const saveExit = ({ repository }: SaveResult): 0 | 3 => {
  const places = [...(repository?.stores ?? []), ...(repository?.anchors ?? [])]
  return places.some(({ error }) => error !== undefined) ? 3 : 0
}

const roleOf = ({ leader }: SnapshotSource): string => (leader ? 'leader' : 'follower')

function verifiedText({ hashKv }: SaveResult): string {
  return 'missing' in hashKv
    ? `length, SHA-256, page tree; HashKV not compared: ${hashKv.missing}`
    : `length, SHA-256, page tree, HashKV ${hashKv.hash} as the member has it`
}

const contentsText = ({ contents }: SaveResult): string =>
  [
    `${contents.revisions} revisions`,
    `${contents.leases} leases`,
    contents.authEnabled ? 'authentication on' : 'authentication off',
    ...contents.alarms.map((alarm) => `alarm ${alarm}`),
    ...(contents.encryptionKeys.length > 0
      ? [`rows encrypted by ${contents.encryptionKeys.join(', ')}`]
      : []),
  ].join(', ')

function whereText({
  file,
  repository,
  length,
}: SaveResult): readonly (readonly [string, string])[] {
  if (!repository) return [['snapshot', file ?? '']]
  const { sequence, stores, anchors, stored, recipients } = repository
  const share = Math.round((100 * stored) / Math.max(1, length))
  return [
    ['snapshot', `${sequence}, recorded`],
    ...stores.map(
      ({ name, error }) =>
        [error === undefined ? 'stored in' : 'not stored', error ?? name] as const,
    ),
    ['stored', `${bytesText(stored)}, ${share} % of the size, encrypted`],
    ['readable by', recipients.join(', ')],
    ...anchors.map(
      ({ name, error }) => [error === undefined ? 'anchor' : 'no anchor', error ?? name] as const,
    ),
  ]
}

export function saveText(result: SaveResult, _terminal: Terminal): string {
  const { source, length, seconds, fresh, passedOver } = result
  const rate = bytesText(length / Math.max(seconds.stream, 0.001))
  const rows: readonly (readonly [string, string])[] = [
    ...whereText(result),
    ['revision', result.revision],
    [
      'member',
      `${source.name || source.member} (${roleOf(source)}, etcd ${source.etcd}) at ${source.endpoint}`,
    ],
    ['size', `${bytesText(length)} in ${seconds.stream.toFixed(1)} s, ${rate}/s`],
    ['sha256', result.sha256],
    ['verified', verifiedText(result)],
    ['contents', contentsText(result)],
    ...(fresh.proven
      ? []
      : [['warning', `the member may lag behind others: ${fresh.why ?? ''}`] as const]),
    ...passedOver.map(({ endpoint, why }) => ['passed over', `${endpoint}: ${why}`] as const),
  ]
  return rows.map(([name, text]) => `${pad(name, 13)}${visible(text)}`).join('\n')
}
