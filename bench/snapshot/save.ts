// A snapshot of about 1 GiB over mutual TLS: ours, plain and sealed, against what an operator does by hand.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import { newSigningKey } from '../../src/repository/signing-key.ts'
import { startOneMember, type OneMember } from '../../test/support/one-member.ts'
import { compiled } from '../compile.ts'
import { fillKeyspace } from '../keyspace.ts'
import { cpuOf, measure, type Cost } from '../measure.ts'
import { peerTool } from '../peer-tools.ts'
import { costsOf, ratioOf, summaries, type Summary, type Variant } from '../rounds.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
}

type Argv = [string, ...string[]]

interface Ground {
  readonly member: OneMember
  /** Our command line, compiled as it is published. */
  readonly program: string
  readonly signingKey: string
  readonly recipient: string
  readonly zstd: { path: string } | { missing: string }
  readonly age: { path: string } | { missing: string }
}

const etcdctl = ({ member }: Ground, to: string): Argv => [
  member.binary.etcdctl,
  `--endpoints=${member.endpoint}`,
  `--cacert=${member.files.ca}`,
  `--cert=${member.files.certificate}`,
  `--key=${member.files.key}`,
  '--command-timeout=300s',
  'snapshot',
  'save',
  to,
]
const etcdkeep = ({ member, program }: Ground, ...rest: string[]): Argv => [
  process.execPath,
  program,
  'snapshot',
  'save',
  `--endpoints=${member.endpoint}`,
  `--cacert=${member.files.ca}`,
  `--cert=${member.files.certificate}`,
  `--key=${member.files.key}`,
  ...rest,
]
const sealed = (ground: Ground, to: string): Argv =>
  etcdkeep(
    ground,
    `--repository=${to}`,
    `--sign-with=${ground.signingKey}`,
    `--recipient=${ground.recipient}`,
  )

/** `etcdctl snapshot save && zstd -1 | age`, as a shell runs it; undefined where a tool is absent. */
function byHand(ground: Ground, to: string): Argv | undefined {
  const { zstd, age, recipient } = ground
  if ('missing' in zstd || 'missing' in age) return undefined
  const script =
    'f=$1; shift; z=$1; a=$2; r=$3; shift 3; "$@" && "$z" -q -1 -c "$f" | "$a" -r "$r" -o "$f.age"'
  const rest = [to, zstd.path, age.path, recipient, ...etcdctl(ground, to)]
  return ['/bin/sh', '-c', script, 'sh', ...rest]
}

/** The variants in one place; nothing of a run is there for the next. */
function variantsIn(ground: Ground, directory: string, where: string): readonly Variant[] {
  const clean = async (argv: Argv): Promise<Cost> => {
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const before = cpuOf(ground.member.pid)
    const cost = await measure(argv)
    etcdCpu.push(cpuOf(ground.member.pid) - before)
    await rm(directory, { recursive: true, force: true })
    return cost
  }
  const file = join(directory, 'etcd.db')
  const chain = byHand(ground, file)
  return [
    [`etcdctl snapshot save, ${where}`, () => clean(etcdctl(ground, file))],
    [`etcdkeep, plain file, ${where}`, () => clean(etcdkeep(ground, `--output=${file}`))],
    [`etcdkeep, repository, ${where}`, () => clean(sealed(ground, join(directory, 'repository')))],
    ...(chain ? [[`etcdctl && zstd -1 | age, ${where}`, () => clean(chain)] as const] : []),
  ]
}

const etcdCpu: number[] = []

async function layGround(member: OneMember): Promise<Ground> {
  const signingKey = join(member.directory, 'signing.pem')
  await writeFile(signingKey, newSigningKey().pem.reveal(), { mode: 0o600 })
  const { recipient } = await keyServices().newIdentity()
  const program = compiled('src/cli/main.js', join(member.directory, 'compiled'))
  const [zstd, age] = await Promise.all([peerTool('zstd'), peerTool('age')])
  return { member, program, signingKey, recipient, zstd, age }
}

async function placesFor(member: OneMember): Promise<readonly (readonly [string, string])[]> {
  const memory = await mkdtemp('/dev/shm/etcdkeep-bench-').catch(() => undefined)
  const disk = join(tmpdir(), `etcdkeep-bench-${member.pid}`)
  return [...(memory === undefined ? [] : [[memory, 'tmpfs'] as const]), [disk, 'disk'] as const]
}

/** How many times as fast as the peer; the goal beside it. */
function goals(names: readonly string[], costs: readonly (readonly Cost[])[]): readonly string[] {
  const of = (name: string) => costs[names.indexOf(name)] ?? []
  const line = (own: string, base: string, goal: number) =>
    names.includes(own) && names.includes(base)
      ? [
          `${own} against ${base}: ${ratioOf(of(base), of(own)).toFixed(2)} times as fast (goal ${goal.toFixed(1)})`,
        ]
      : []
  return ['tmpfs', 'disk'].flatMap((where) => {
    const [save, plain, repository, chain] = [
      `etcdctl snapshot save, ${where}`,
      `etcdkeep, plain file, ${where}`,
      `etcdkeep, repository, ${where}`,
      `etcdctl && zstd -1 | age, ${where}`,
    ]
    return [
      ...line(plain, save, 1.3),
      ...line(repository, save, 1),
      ...line(repository, chain, where === 'tmpfs' ? 1.5 : 1.3),
    ]
  })
}

export async function run({ rows, rounds }: BenchOptions): Promise<{
  etcd: string
  rows: number
  rounds: number
  results: readonly (Summary & { etcdCpuSeconds: number })[]
  notes: readonly string[]
}> {
  const binary = (await etcdBinaries()).at(-1)
  if (!binary) throw new Error('no etcd was found')
  const member = await startOneMember(binary, { flags: ['--quota-backend-bytes=8589934592'] })
  const places = await placesFor(member)
  try {
    process.stderr.write(`writing ${rows} rows to etcd ${binary.version}\n`)
    await fillKeyspace(member.etcd, rows)
    const ground = await layGround(member)
    const variants = places.flatMap(([path, where]) => variantsIn(ground, path, where))
    const costs = await costsOf(rounds, variants)
    const names = variants.map(([name]) => name)
    const { size } = await stat(join(member.directory, 'data/member/snap/db'))
    const skipped = [ground.zstd, ground.age].flatMap((tool) =>
      'missing' in tool ? [`skipped: ${tool.missing}`] : [],
    )
    const perVariant = (index: number) =>
      etcdCpu.filter((_, run) => run % variants.length === index).reduce((a, b) => a + b, 0) /
      rounds
    return {
      etcd: binary.version,
      rows,
      rounds,
      results: summaries(variants, costs).map((one, index) =>
        Object.assign(one, { etcdCpuSeconds: perVariant(index) }),
      ),
      notes: [`${(size / 1e6).toFixed(0)} MB of database`, ...goals(names, costs), ...skipped],
    }
  } finally {
    for (const [path] of places) await rm(path, { recursive: true, force: true })
    await member.stop()
  }
}
