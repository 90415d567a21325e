// Repositories for the examples of controls.
import { known, missing } from '../core/fact.ts'
import { launch, member, seen } from './example.ts'
import { status } from './example-status.ts'
import type { BackupRepository, BackupSnapshot } from './facts/backups.ts'
import type { Observation } from './observation.ts'

const CLUSTER = 'cdf818194e3a8c32'

/** Saved an hour before the example's time, verified and drilled since. */
export const exampleSnapshot = (parts: Partial<BackupSnapshot> = {}): BackupSnapshot => ({
  sequence: 41,
  created: '2026-11-21T09:00:00.000Z',
  cluster: CLUSTER,
  revision: '1234',
  whole: true,
  verified: { at: '2026-11-21T09:05:00.000Z', depth: 'opened' },
  drilled: { at: '2026-11-21T09:10:00.000Z', passed: true },
  proven: '2026-11-21T09:10:00.000Z',
  readers: [{ service: 'age', key: 'age1example' }],
  ...parts,
})

export const exampleRepository = (
  snapshots: readonly BackupSnapshot[] = [exampleSnapshot()],
  parts: Partial<BackupRepository> = {},
): BackupRepository => ({
  name: 's3://backups/etcd',
  snapshots: known(snapshots),
  problems: [],
  place: { what: 'an S3 store at store:9000', host: 'store', local: known(false) },
  keys: known({ places: ['/etc/etcdkeep'], opening: [], signing: [] }),
  ...parts,
})

/** A running member of the cluster, and these repositories. */
export const backedUpBy = (
  repositories: readonly BackupRepository[],
  parts: Partial<Observation> = {},
): Observation =>
  seen({
    members: [
      member({
        running: known(launch({})),
        status: known(status('3.5.30', { clusterId: CLUSTER })),
      }),
    ],
    backups: known({
      repositories,
      limits: { rpo: 86_400_000, verified: 7 * 86_400_000, drilled: 30 * 86_400_000 },
    }),
    ...parts,
  })

export const nothingNamed = {
  name: 'no repository was named',
  given: seen({ members: [member()] }),
  expect: { etcd: 'unknown' },
} as const

export const storeDown = {
  name: 'the store cannot be reached',
  given: backedUpBy([
    exampleRepository([], {
      snapshots: missing('the store cannot be reached'),
      keys: missing('the store cannot be reached'),
    }),
  ]),
  expect: { etcd: 'unknown' },
} as const
