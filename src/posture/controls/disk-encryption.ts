import { known, missing } from '../../core/fact.ts'
import { defineControl, fail, pass } from '../control.ts'
import { member, seen } from '../example.ts'
import { members } from '../subjects.ts'

const disk = (encrypted: boolean) =>
  seen({
    members: [
      member({
        disk: known({
          path: '/var/lib/etcd',
          mountPoint: '/var',
          device: '/dev/mapper/var',
          fsType: 'ext4',
          encrypted: known(encrypted),
        }),
      }),
    ],
  })

export default defineControl({
  id: 'disk-encryption',
  title: 'The data directory lies on an encrypted disk',
  severity: 'medium',
  area: 'at rest',
  rationale:
    'Keys of the keyspace, old revisions, the WAL and all that the API server does not encrypt lie on the disk as they are. ' +
    'A disk that is thrown away or pulled out tells them. What a hypervisor or the drive itself encrypts cannot be seen from the host.',
  remediation: 'Put the data directory on a LUKS (dm-crypt) volume.',
  references: [{ standard: 'NSA/CISA 1.2', id: 'etcd' }],
  needs: ['host'],
  subjects: members,
  judge(member, { need }) {
    const { path, mountPoint, device, fsType, encrypted } = need(member.disk)
    const isEncrypted = need(encrypted)
    const observed = `${fsType} on ${device}, ${isEncrypted ? 'below it dm-crypt' : 'no dm-crypt below it'}`
    const evidence = { source: `mount ${mountPoint}`, observed, layer: 'running' as const }
    return isEncrypted
      ? pass(`${path} lies on an encrypted device`, evidence)
      : fail(`${path} lies on ${device}, and nothing below it encrypts`, [evidence])
  },
  examples: [
    { name: 'dm-crypt below', given: disk(true), expect: { m1: 'pass' } },
    { name: 'a bare device', given: disk(false), expect: { m1: 'fail' } },
    {
      name: 'the layers cannot be seen',
      given: seen({ members: [member({ disk: missing('/var lies on layers of a container') })] }),
      expect: { m1: 'unknown' },
    },
  ],
})
