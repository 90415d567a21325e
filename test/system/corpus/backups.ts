// Snapshots: kept, proven, sealed and out of reach, or not.
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { keyServices } from '../../../src/adapters/key-service/key-services.ts'
import { newSigningKey } from '../../../src/repository/signing-key.ts'
import type { Ground } from '../../support/ground.ts'
import { session } from '../../support/session.ts'
import type { Asked, Case } from './case.ts'

const HOUR = 3_600_000

async function told(...args: readonly string[]): Promise<void> {
  const { code, err } = await session(args)
  assert.equal(code, 0, err)
}

/** One snapshot of the member in a repository of the ground, signed and sealed; the identity's text. */
async function saved(g: Ground): Promise<string> {
  const { publicKey, pem } = newSigningKey()
  const { text, recipient } = await keyServices().newIdentity()
  await mkdir(g.path('backups'), { mode: 0o700 })
  await mkdir(g.path('keys'), { mode: 0o700 })
  await writeFile(g.path('keys/signing.pem'), pem.reveal(), { mode: 0o600 })
  await writeFile(g.path('keys/trust.txt'), publicKey.text)
  await told(
    'snapshot',
    'save',
    '--repository',
    g.path('backups'),
    '--sign-with',
    g.path('keys/signing.pem'),
    '--recipient',
    recipient,
    '--endpoints',
    g.https('client'),
    '--cacert',
    g.pki('etcd-ca.crt'),
    '--cert',
    g.pki('apiserver-etcd-client.crt'),
    '--key',
    g.pki('apiserver-etcd-client.key'),
  )
  return text.reveal()
}

const verified = (g: Ground) =>
  told(
    'snapshot',
    'verify',
    '--repository',
    g.path('backups'),
    '--sign-with',
    g.path('keys/signing.pem'),
  )

const asking =
  (rpo = HOUR) =>
  (g: Ground): Asked => ({
    certificate: 'apiserver-etcd-client',
    backups: { repository: g.path('backups'), trust: g.path('keys/trust.txt'), rpo },
  })

export const backupCases: readonly Case[] = [
  {
    name: 'good: a snapshot that was verified, for a reader elsewhere; but on the member’s disk, never drilled',
    after: async (g) => {
      await saved(g)
      await verified(g)
    },
    asked: asking(),
    expect: [
      ['backup-recent', 'pass', 'etcd'],
      ['backup-verified', 'pass', 'etcd'],
      ['backup-encrypted', 'pass', 'etcd'],
      ['backup-key-apart', 'pass', 'etcd'],
      ['backup-offsite', 'fail', 'etcd'],
      ['backup-drilled', 'fail', 'etcd'],
    ],
  },
  {
    name: 'a snapshot that is too old, with the identity that opens it in the repository',
    after: async (g) => {
      await writeFile(g.path('backups/notes.txt'), await saved(g), { mode: 0o600 })
    },
    asked: asking(1),
    expect: [
      ['backup-recent', 'fail', 'etcd'],
      ['backup-verified', 'fail', 'etcd'],
      ['backup-key-apart', 'fail', 'etcd'],
    ],
  },
  {
    name: 'a manifest that somebody changed',
    after: async (g) => {
      await saved(g)
      await verified(g)
      const [name = ''] = await readdir(g.path('backups/manifests'))
      const file = g.path(`backups/manifests/${name}`)
      const text = await readFile(file, 'utf8')
      await g.chmod(file, 0o600)
      await writeFile(file, text.replace(/"revision":"\d+"/, '"revision":"999999"'))
    },
    asked: asking(),
    expect: [
      ['backup-recent', 'fail', 'etcd'],
      ['backup-verified', 'fail', 'etcd'],
    ],
  },
  {
    name: 'a plain copy beside the data directory, open to everybody',
    after: async (g) => {
      await saved(g)
      await mkdir(g.path('backup-old'), { mode: 0o755 })
      await g.copy(g.path('m1.etcd/member/snap/db'), g.path('backup-old/monday'))
      await g.chmod(g.path('backup-old/monday'), 0o644)
    },
    asked: asking(),
    expect: [
      ['backup-encrypted', 'fail', 'etcd'],
      ['snapshot-file-mode', 'fail', 'backup-old/monday'],
    ],
  },
  {
    name: 'no repository is named',
    expect: [
      ['backup-recent', 'unknown', 'etcd'],
      ['backup-verified', 'unknown', 'etcd'],
      ['backup-encrypted', 'unknown', 'etcd'],
      ['backup-offsite', 'unknown', 'etcd'],
      ['backup-drilled', 'unknown', 'etcd'],
      ['backup-key-apart', 'unknown', 'etcd'],
    ],
  },
]
