// A snapshot of about 1 GiB read from the page cache: ours against `etcdutl snapshot status` and `openssl dgst -sha256`.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { startOneMember, type OneMember } from '../../test/support/one-member.ts'
import { compiled } from '../compile.ts'
import { fillKeyspace } from '../keyspace.ts'
import { measure } from '../measure.ts'
import { costsOf, ratioOf, summaries, type Summary, type Variant } from '../rounds.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
}

type Argv = [string, ...string[]]

async function saved({ etcd, endpoint, directory }: OneMember): Promise<string> {
  const file = join(directory, 'bench.db')
  const blobs = async function* () {
    for await (const { blob } of etcd.maintenance.snapshot(endpoint, { timeoutMs: 600_000 }))
      yield blob
  }
  await pipeline(Readable.from(blobs()), createWriteStream(file))
  return file
}

/** Proves that the same is read before its speed is looked at. */
async function checkContent({ etcd, endpoint }: OneMember, inspect: Argv): Promise<void> {
  const { output } = await measure([...inspect, '--hash-kv', '-o', 'json'], true)
  const found = JSON.parse(output) as { hashKv: { hash: number; revision: string } }
  const { hash } = await etcd.maintenance.hashKv(endpoint, BigInt(found.hashKv.revision))
  if (found.hashKv.hash !== hash) throw new Error('the snapshot has another hash than its member')
}

export async function run({ rows, rounds }: BenchOptions): Promise<{
  etcd: string
  rows: number
  rounds: number
  results: readonly (Summary & { etcdCpuSeconds: number })[]
  notes: readonly string[]
}> {
  const binary = (await etcdBinaries()).findLast(({ etcdutl }) => etcdutl !== undefined)
  if (!binary?.etcdutl) throw new Error('no etcdutl was found')
  const member = await startOneMember(binary, {
    flags: ['--quota-backend-bytes=8589934592', '--unsafe-no-fsync'],
  })
  try {
    process.stderr.write(`writing ${rows} rows to etcd ${binary.version}\n`)
    // A quarter of them twice: old revisions are part of any real database.
    await fillKeyspace(member.etcd, rows)
    await fillKeyspace(member.etcd, Math.floor(rows / 4))
    const file = await saved(member)
    const program = compiled('src/cli/main.js', join(member.directory, 'compiled'))
    const inspect: Argv = [process.execPath, program, 'snapshot', 'inspect', file]
    await checkContent(member, inspect)
    const measured = (name: string, argv: Argv): Variant => [name, () => measure(argv)]
    const variants = [
      measured('etcdutl snapshot status', [binary.etcdutl, 'snapshot', 'status', file]),
      measured('etcdkeep inspect --no-checksum', [...inspect, '--no-checksum']),
      measured('openssl dgst -sha256', ['/usr/bin/openssl', 'dgst', '-sha256', file]),
      measured('etcdkeep inspect', inspect),
      measured('etcdkeep inspect --hash-kv', [...inspect, '--hash-kv']),
    ]
    const costs = await costsOf(rounds, variants)
    const [status = [], pages = [], openssl = [], whole = []] = costs
    return {
      etcd: binary.version,
      rows,
      rounds,
      results: summaries(variants, costs).map((one) => Object.assign(one, { etcdCpuSeconds: 0 })),
      notes: [
        `etcdutl takes ${ratioOf(status, pages).toFixed(2)} times as long as inspect --no-checksum.`,
        `inspect takes ${ratioOf(whole, openssl).toFixed(2)} times as long as openssl dgst -sha256.`,
      ],
    }
  } finally {
    await member.stop()
  }
}
