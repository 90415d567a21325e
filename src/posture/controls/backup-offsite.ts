import { known, missing } from '../../core/fact.ts'
import { backedUpBy, exampleRepository, nothingNamed, storeDown } from '../backup-example.ts'
import { defineControl, fail, pass, unknown, type Look } from '../control.ts'
import { member } from '../example.ts'
import type { BackupRepository } from '../facts/backups.ts'
import { backedUp, evidence, ofThisCluster, readable, runsHere, unread } from '../judge-backups.ts'
import type { Observation } from '../observation.ts'

type Judged = { readonly local: boolean } | { readonly why: string; readonly access?: string }

const hostsOf = ({ members }: Observation): ReadonlySet<string> =>
  new Set(
    members.flatMap(({ status }) =>
      status.known
        ? [...status.value.clientUrls, ...status.value.peerUrls].flatMap(
            (url) => URL.parse(url)?.hostname ?? [],
          )
        : [],
    ),
  )

function whereIs({ place }: BackupRepository, { all }: Look): Judged {
  const { local, host } = place
  if (host !== undefined && hostsOf(all).has(host)) return { local: true }
  if (!local.known) return local
  if (!local.value) return { local: false }
  if (all.members.some(runsHere)) return { local: true }
  return {
    why: `${place.what} is on this machine, and no member was found here to tell whether they share it`,
    access: 'run on a member’s host',
  }
}

export default defineControl({
  id: 'backup-offsite',
  title: 'A snapshot lies where the loss of the members’ machines does not reach',
  severity: 'high',
  area: 'backups',
  rationale:
    'A backup on the disk of a member goes with the disk, and with whoever takes over the machine.',
  remediation:
    'Give a second place outside: etcdkeep snapshot save --copy-to s3://bucket/prefix, or a directory of a file server.',
  references: [],
  needs: ['backups', 'rpc'],
  subjects: backedUp,
  judge(all, look) {
    const kept = readable(look).filter(({ list }) => ofThisCluster(list, all).length > 0)
    const judged = kept.map((one) => ({ one, where: whereIs(one, look) }))
    const away = judged.find(({ where }) => 'local' in where && !where.local)
    if (away)
      return pass(
        `a snapshot is kept in ${away.one.place.what}`,
        evidence(away.one.name, away.one.place.what),
      )
    const [missed] = unread(look)
    if (missed) return unknown(missed.observed, 'access to the store', [missed])
    for (const { where } of judged) if ('why' in where) return unknown(where.why, where.access)
    const [first, ...rest] = judged.map(({ one }) => evidence(one.name, one.place.what))
    const [place] = readable(look)
    if (!first)
      return fail('no repository has a whole snapshot', [
        evidence(place?.name ?? '', 'no whole snapshot'),
      ])
    return fail('every snapshot lies on the machines that it is to outlive', [first, ...rest])
  },
  examples: [
    {
      name: 'a bucket elsewhere',
      given: backedUpBy([exampleRepository()]),
      expect: { etcd: 'pass' },
    },
    {
      name: 'a disk of the member',
      given: backedUpBy([
        exampleRepository(undefined, {
          place: { what: 'directory /backups on ext4', local: known(true) },
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'an S3 store on a member’s machine',
      given: backedUpBy([
        exampleRepository(undefined, {
          place: { what: 'an S3 store at 10.0.0.1:9000', host: '10.0.0.1', local: known(false) },
        }),
      ]),
      expect: { etcd: 'fail' },
    },
    {
      name: 'a directory here, members elsewhere',
      given: backedUpBy(
        [
          exampleRepository(undefined, {
            place: { what: 'directory /backups on ext4', local: known(true) },
          }),
        ],
        { members: [member()] },
      ),
      expect: { etcd: 'unknown' },
    },
    {
      name: 'a tunnel',
      given: backedUpBy([
        exampleRepository(undefined, {
          place: { what: 'an S3 store at 127.0.0.1:9000', local: missing('where it leads') },
        }),
      ]),
      expect: { etcd: 'unknown' },
    },
    storeDown,
    nothingNamed,
  ],
})
