import { known } from '../../core/fact.ts'
import type { Evidence } from '../../core/finding.ts'
import {
  backedUpBy,
  exampleRepository,
  exampleSnapshot,
  nothingNamed,
  storeDown,
} from '../backup-example.ts'
import { defineControl, fail, pass, unknown, type Look } from '../control.ts'
import { member } from '../example.ts'
import type { BackupRepository } from '../facts/backups.ts'
import { backedUp, evidence, ofThisCluster, readable, runsHere } from '../judge-backups.ts'

const found = (path: string, observed: string): Evidence => ({
  source: `file ${path}`,
  observed,
  layer: 'proven',
})

/** What lies where it should not, first. */
function bad(one: BackupRepository, { need, all }: Look): readonly Evidence[] {
  const { opening, signing } = need(one.keys)
  const here = all.members.some(runsHere)
  return [
    ...signing.map((path) => found(path, `may sign for ${one.name}, and lies in it`)),
    ...(here ? opening.map((path) => found(path, `opens the newest snapshot of ${one.name}`)) : []),
  ]
}

export default defineControl({
  id: 'backup-key-apart',
  title: 'What opens the snapshots is not where they are made or kept',
  severity: 'high',
  area: 'backups',
  rationale:
    'Whoever breaks into the machine that saves, or into the store, would read every snapshot ever made, with Secrets ' +
    'that were removed long ago. Files are tried: one that opens the newest snapshot is found whatever its name.',
  remediation:
    'Save for an age recipient whose identity is kept offline or in shares, and move the identity away: etcdkeep ' +
    'snapshot rekey gives old snapshots a new recipient.',
  references: [],
  needs: ['backups'],
  subjects: backedUp,
  judge(all, look) {
    const repositories = readable(look)
    for (const one of repositories) {
      const [first, ...rest] = bad(one, look)
      if (first) return fail(`${first.source} ${first.observed}`, [first, ...rest])
    }
    const newest = repositories.flatMap(({ name, list, keys }) =>
      ofThisCluster(list, all)
        .slice(0, 1)
        .map((one) => ({ name, keys, one })),
    )
    const [first] = newest
    if (!first) return unknown('there is no whole snapshot to try keys on', 'a snapshot')
    for (const { name, one } of newest)
      for (const { service, key } of one.readers) {
        const seen = evidence(name, `sealed for ${service} ${key}`)
        if (service === 'key-file')
          return fail('it is sealed with a key file: the machine that saves can open it too', [
            seen,
          ])
        if (service !== 'age')
          return unknown(
            `who may open with ${service} is for that service to say`,
            'the policy of the key service',
            [seen],
          )
      }
    if (!all.members.some(runsHere))
      return unknown('no member runs here: keys may lie on theirs', 'run on a member’s host')
    const { places } = look.need(first.keys)
    return pass(
      `sealed for public keys alone, and nothing in ${places.join(', ')} opens it`,
      evidence(first.name, `no file in ${places.join(', ')} opens the newest snapshot`),
    )
  },
  examples: [
    {
      name: 'public keys alone',
      given: backedUpBy([exampleRepository()]),
      expect: { etcd: 'pass' },
    },
    {
      name: 'the identity lies beside the configuration',
      given: backedUpBy([
        exampleRepository(undefined, {
          keys: known({
            places: ['/etc/etcdkeep'],
            opening: ['/etc/etcdkeep/identity.txt'],
            signing: [],
          }),
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'the signing key lies in the repository',
      given: backedUpBy([
        exampleRepository(undefined, {
          keys: known({ places: ['/backups'], opening: [], signing: ['/backups/signing.pem'] }),
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'a key file, which the machine that saves must hold',
      given: backedUpBy([
        exampleRepository([exampleSnapshot({ readers: [{ service: 'key-file', key: 'ab12' }] })]),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'looked at from elsewhere',
      given: backedUpBy([exampleRepository()], { members: [member()] }),
      expect: { etcd: 'unknown' },
    },
    storeDown,
    nothingNamed,
  ],
})
