// Real etcds of every version at hand, set up badly and oddly: `check` finds all that is bad and blames nothing good.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { layPki } from '../support/pki.ts'
import { accessCases } from './corpus/access.ts'
import { atRestCases } from './corpus/at-rest.ts'
import { backupCases } from './corpus/backups.ts'
import { certificateCases } from './corpus/certificates.ts'
import { clusterCases } from './corpus/clusters.ts'
import { fileCases } from './corpus/files.ts'
import { launchCases } from './corpus/launches.ts'
import { listenerCases } from './corpus/listeners.ts'
import { oddLaunches } from './corpus/odd-launches.ts'
import { runCase } from './corpus/run-case.ts'
import { spellingCases } from './corpus/spellings.ts'

const cases = [
  ...listenerCases,
  ...spellingCases,
  ...certificateCases,
  ...fileCases,
  ...launchCases,
  ...oddLaunches,
  ...clusterCases,
  ...atRestCases,
  ...accessCases,
  ...backupCases,
]
const only = process.env['CORPUS_CASE']
const chosen = only === undefined ? cases : cases.filter((one) => one.name.includes(only))
const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-corpus-'))
after(() => rm(directory, { recursive: true, force: true }))

for (const binary of await etcdBinaries())
  describe(`etcd ${binary.version}`, { concurrency: 2 }, () => {
    chosen.forEach((one, index) => {
      if (one.versions && !one.versions(binary.version)) return
      const place = join(directory, `${binary.version}-${index}`)
      test(one.name, async (t) => {
        await layPki(join(place, 'pki'))
        await runCase(t, one, binary, join(place, 'pki'), place)
      })
    })
  })
