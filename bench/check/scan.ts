// The whole keyspace over mutual TLS: our reader against `etcdctl get --prefix ''`.
import { join } from 'node:path'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { startOneMember, type OneMember } from '../../test/support/one-member.ts'
import { compiled } from '../compile.ts'
import { fillKeyspace } from '../keyspace.ts'
import { cpuOf, measure, type Cost } from '../measure.ts'
import { inRounds, type Summary, type Variant } from '../rounds.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
}

const ourScan = (member: OneMember, program: string): [string, ...string[]] => [
  process.execPath,
  program,
  member.endpoint,
  member.files.ca,
  member.files.certificate,
  member.files.key,
]
// --command-timeout: with the default of 5 s a slow run ends early and looks fast.
const etcdctl = (member: OneMember, format: string): [string, ...string[]] => [
  member.binary.etcdctl,
  `--endpoints=${member.endpoint}`,
  `--cacert=${member.files.ca}`,
  `--cert=${member.files.certificate}`,
  `--key=${member.files.key}`,
  '--command-timeout=120s',
  'get',
  '--prefix',
  '',
  '-w',
  format,
]

/** Proves that the reader reads everything before its speed is looked at. */
async function checkRows(ours: [string, ...string[]], rows: number): Promise<void> {
  const { output } = await measure(ours, true)
  if (output.trim() !== `${rows} ${rows}`)
    throw new Error(`the scan saw ${output.trim()} of ${rows} rows`)
}

export async function run({ rows, rounds }: BenchOptions): Promise<{
  etcd: string
  rows: number
  rounds: number
  results: readonly (Summary & { etcdCpuSeconds: number })[]
}> {
  const binary = (await etcdBinaries()).at(-1)
  if (!binary) throw new Error('no etcd was found')
  const member = await startOneMember(binary, { flags: ['--quota-backend-bytes=8589934592'] })
  try {
    process.stderr.write(`writing ${rows} rows to etcd ${binary.version}\n`)
    await fillKeyspace(member.etcd, rows)
    const ours = ourScan(
      member,
      compiled('bench/scan-process.js', join(member.directory, 'compiled')),
    )
    await checkRows(ours, rows)
    const server: Record<string, number> = {}
    const measured = (name: string, argv: [string, ...string[]]): Variant => [
      name,
      async (): Promise<Cost> => {
        const before = cpuOf(member.pid)
        const cost = await measure(argv)
        server[name] = (server[name] ?? 0) + cpuOf(member.pid) - before
        return cost
      },
    ]
    const results = await inRounds(rounds, [
      measured('etcdkeep scan', ours),
      measured("etcdctl get --prefix '' -w simple", etcdctl(member, 'simple')),
      measured("etcdctl get --prefix '' -w json", etcdctl(member, 'json')),
    ])
    const perRound = (name: string) => (server[name] ?? 0) / rounds
    return {
      etcd: binary.version,
      rows,
      rounds,
      results: results.map((one) => Object.assign(one, { etcdCpuSeconds: perRound(one.name) })),
    }
  } finally {
    await member.stop()
  }
}
