// Saved, verified, drilled: etcd 3.6, and a bucket of a real S3 server that has object lock.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import type { DrillResult } from '../../src/cli/drilling/drill-result.ts'
import type { S3Options } from '../../src/adapters/object-store/s3.ts'
import { s3Store } from '../../src/adapters/object-store/s3.ts'
import { etcdOnPath } from '../../src/adapters/binaries/installed.ts'
import { Secret } from '../../src/core/secret.ts'
import type { Listing } from '../../src/repository/listing.ts'
import { publicHalves } from '../support/guide.ts'
import { startOneMember } from '../support/one-member.ts'
import { session } from '../support/session.ts'
import { peer } from './peers.ts'
import { startS3 } from './s3-server.ts'

/** A folder of etcd 3.6 as an operator has it on PATH, or why there is none. */
async function folder36(): Promise<string | { readonly missing: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-36-'))
  after(() => rm(directory, { recursive: true, force: true }))
  for (const name of ['etcd', 'etcdctl', 'etcdutl'] as const) {
    const built = await peer(name)
    if ('missing' in built) return built
    await symlink(built.program, join(directory, name))
  }
  return directory
}

/** The address of a bucket, as a user would write it. */
const addressOf = ({ bucket, prefix, endpoint = '', ca = '' }: S3Options): string =>
  `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint, ca }).toString()}`

const server = await startS3()
const folder = await folder36()
const why = [server, folder].map((one) =>
  typeof one === 'object' && 'missing' in one ? one.missing : undefined,
)
const missing = why.find((one) => one !== undefined)

if ('missing' in server || typeof folder !== 'string')
  test('an S3 server and etcd 3.6', (t) => t.skip(missing))
else {
  after(() => server.stop())
  process.env['PATH'] = `${folder}${delimiter}${process.env['PATH'] ?? ''}`
  process.env['AWS_ACCESS_KEY_ID'] = 'test'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test-secret'
  const binary = await etcdOnPath(folder)
  assert.ok(binary)

  for (const users of [false, true])
    test(`etcd ${binary.version}, users ${users ? 'on' : 'off'}: saved into a bucket with object lock, verified, drilled`, async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-peers-'))
      t.after(() => rm(directory, { recursive: true, force: true }))
      await mkdir(join(directory, 'keys'))
      const member = await startOneMember(binary)
      t.after(() => member.stop())
      const { etcd, endpoint, files } = member
      for (let index = 0; index < 50; index += 1)
        await etcd.kv.put({
          key: Buffer.from(`/registry/pods/ns/p${index % 20}`),
          value: Buffer.from(`marker-92d0 ${index}`),
        })
      await etcd.kv.compact(20n)
      await etcd.lease.grant(60n)
      if (users) {
        await etcd.auth.userAdd('root', new Secret('marker-92d0'))
        await etcd.auth.roleAdd('root')
        await etcd.auth.userGrantRole('root', 'root')
        await etcd.auth.userAdd('client')
        await etcd.auth.userGrantRole('client', 'root')
        await etcd.auth.enable()
      }
      const bucket = await server.bucket(`drill-${users}`, true)
      const place = { ...bucket, prefix: 'clusters/one' }
      const made = await session(['snapshot', 'keygen', '--directory', join(directory, 'keys')])
      const { age1READER: recipient, 'ed25519:SAVER': signer } = publicHalves(made.out)
      const run = async (command: string, ...flags: readonly string[]) => {
        const at = `--repository=${addressOf(place)}`
        const done = await session(['snapshot', command, at, '-o', 'json', ...flags])
        assert.equal(done.code, 0, `${done.out}\n${done.err}`)
        assert.ok(!done.out.includes('marker-92d0'))
        return JSON.parse(done.out) as unknown
      }
      const sign = `--sign-with=${join(directory, 'keys/signing.key')}`
      const identity = `--identity=${join(directory, 'keys/identity.txt')}`
      const anchor = `--anchor=${join(directory, 'anchor.json')}`
      await run(
        'save',
        sign,
        anchor,
        `--recipient=${recipient}`,
        `--endpoints=${endpoint}`,
        `--cacert=${files.ca}`,
        `--cert=${files.certificate}`,
        `--key=${files.key}`,
      )
      await run('verify', identity, anchor, `--trust=${signer}`)
      const { drills } = (await run('drill', sign, identity, anchor)) as DrillResult
      const [drill] = drills
      assert.deepEqual(
        drill?.checks.filter(({ verdict }) => verdict !== 'pass'),
        [],
      )
      assert.deepEqual([drill?.passed, drill?.recorded], [true, true])
      assert.equal(drill?.etcd, binary.version)
      const { snapshots } = (await run('list', anchor, `--trust=${signer}`)) as Listing
      assert.equal(snapshots[0]?.drilled?.passed, true)
      // Nothing of it can be put in the place of, by whoever only creates.
      const store = s3Store(place)
      const names = (await Array.fromAsync(store.list(''))).map(({ key }) => key)
      assert.equal(names.length, 4, names.join())
      for (const name of names)
        await assert.rejects(store.put(name, Buffer.from('x')), { kind: 'conflict' })
    })
}
