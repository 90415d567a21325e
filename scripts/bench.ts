// `npm run bench -- check scan|snapshot drill|snapshot inspect|snapshot save [--rows N] [--rounds N]`: side by side on this machine, as ratios.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Summary } from '../bench/rounds.ts'

interface BenchOutcome {
  readonly etcd: string
  readonly rows: number
  readonly rounds: number
  readonly results: readonly (Summary & { readonly etcdCpuSeconds: number })[]
  readonly notes?: readonly string[]
}

const BENCHES = {
  'check scan': () => import('../bench/check/scan.ts'),
  'snapshot drill': () => import('../bench/snapshot/drill.ts'),
  'snapshot inspect': () => import('../bench/snapshot/inspect.ts'),
  'snapshot save': () => import('../bench/snapshot/save.ts'),
} as const
const ROWS = {
  'check scan': 300_000,
  'snapshot drill': 500_000,
  'snapshot inspect': 420_000,
  'snapshot save': 500_000,
} as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
})
const name = positionals.join(' ')
const known = (Object.keys(BENCHES) as (keyof typeof BENCHES)[]).find((one) => one === name)
if (!known) {
  process.stderr.write(
    `error: there is no bench "${name}"\nhint: one of: ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(2)
}
const { run } = await BENCHES[known]()
const rows = Number(values.rows ?? ROWS[known])
const outcome: BenchOutcome = await run({ rows, rounds: Number(values.rounds) })

const cell = (value: number, digits: number) => value.toFixed(digits).padStart(9)
process.stdout.write(
  `${name}: etcd ${outcome.etcd}, ${outcome.rows} rows, median of ${outcome.rounds} interleaved rounds\n\n`,
)
process.stdout.write(`${''.padEnd(36)}   wall s    ratio    CPU s  etcd CPU   peak MB\n`)
for (const one of outcome.results)
  process.stdout.write(
    `${one.name.padEnd(36)}${cell(one.wallSeconds, 2)}${cell(one.ratio, 2)}${cell(one.cpuSeconds, 2)}${cell(one.etcdCpuSeconds, 2)} ${cell(one.peakMegabytes, 0)}\n`,
  )
for (const note of outcome.notes ?? []) process.stdout.write(`\n${note}`)
process.stdout.write('\n')
writeFileSync(
  'bench-results.json',
  `${JSON.stringify({ schema: 'etcdkeep.bench/v1', bench: name, node: process.version, at: new Date().toISOString(), ...outcome }, null, 2)}\n`,
)
