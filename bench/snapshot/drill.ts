// A whole drill of about 1 GiB (opened, restored, started, compared, written to) against the save that it proves.
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { keyServices } from '../../src/adapters/key-service/key-services.ts'
import { newSigningKey } from '../../src/repository/signing-key.ts'
import { type OneMember, startOneMember } from '../../test/support/one-member.ts'
import { compiled } from '../compile.ts'
import { fillKeyspace } from '../keyspace.ts'
import { cpuOf, measure } from '../measure.ts'
import { costsOf, ratioOf, summaries, type Summary, type Variant } from '../rounds.ts'

export interface BenchOptions {
  readonly rows: number
  readonly rounds: number
}

type Argv = [string, ...string[]]

const NAMES = ['etcdkeep save, repository', 'etcdkeep drill', 'etcdctl snapshot save'] as const

async function variantsOf(
  member: OneMember,
  directory: string,
  etcdCpu: number[],
): Promise<readonly Variant[]> {
  const { binary, endpoint, files } = member
  const file = (name: string) => join(directory, name)
  const { text, recipient } = await keyServices().newIdentity()
  await writeFile(file('signing.key'), newSigningKey().pem.reveal(), { mode: 0o600 })
  await writeFile(file('identity.txt'), text.reveal(), { mode: 0o600 })
  const program = compiled('src/cli/main.js', file('compiled'))
  const credentials = [
    `--endpoints=${endpoint}`,
    `--cacert=${files.ca}`,
    `--cert=${files.certificate}`,
    `--key=${files.key}`,
  ]
  const etcdkeep = (command: string, ...rest: string[]): Argv => [
    process.execPath,
    program,
    'snapshot',
    command,
    `--repository=${file('repository')}`,
    `--sign-with=${file('signing.key')}`,
    ...rest,
  ]
  const save = etcdkeep('save', `--recipient=${recipient}`, ...credentials)
  const drill = etcdkeep('drill', `--identity=${file('identity.txt')}`)
  const etcdctl: Argv = [
    binary.etcdctl,
    ...credentials,
    '--command-timeout=300s',
    'snapshot',
    'save',
    file('etcd.db'),
  ]
  const fresh = async (argv: Argv, ...gone: readonly string[]) => {
    for (const name of gone) await rm(file(name), { recursive: true, force: true })
    const before = cpuOf(member.pid)
    const cost = await measure(argv)
    etcdCpu.push(cpuOf(member.pid) - before)
    return cost
  }
  // A drill that does not pass ends with 1, and the run with it.
  return [
    [NAMES[0], () => fresh(save, 'repository')],
    [NAMES[1], () => fresh(drill)],
    [NAMES[2], () => fresh(etcdctl, 'etcd.db')],
  ]
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
  const member = await startOneMember(binary, {
    flags: ['--quota-backend-bytes=8589934592', '--unsafe-no-fsync'],
  })
  const etcdCpu: number[] = []
  const directory = await mkdtemp('/dev/shm/etcdkeep-bench-')
  try {
    process.stderr.write(`writing ${rows} rows to etcd ${binary.version}\n`)
    await fillKeyspace(member.etcd, rows)
    const variants = await variantsOf(member, directory, etcdCpu)
    const costs = await costsOf(rounds, variants)
    const { size } = await stat(join(member.directory, 'data/member/snap/db'))
    const [save = [], drill = [], etcdctl = []] = costs
    const perVariant = (index: number) =>
      etcdCpu.filter((_, run) => run % variants.length === index).reduce((a, b) => a + b, 0) /
      rounds
    const line = (base: readonly (typeof drill)[number][], name: string) =>
      `${NAMES[1]} takes ${ratioOf(drill, base).toFixed(2)} times as long as ${name} (goal at most 2.0)`
    return {
      etcd: binary.version,
      rows,
      rounds,
      // Of the member that is saved; that of a drill is a process of its own.
      results: summaries(variants, costs).map((one, index) =>
        Object.assign(one, { etcdCpuSeconds: perVariant(index) }),
      ),
      notes: [
        `${(size / 1e6).toFixed(0)} MB of database, all of it on tmpfs`,
        'CPU and memory of a drill are those of its etcd programs, too: etcd maps the database',
        line(save, NAMES[0]),
        line(etcdctl, NAMES[2]),
      ],
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
    await member.stop()
  }
}
