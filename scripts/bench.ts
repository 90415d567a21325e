// `npm run bench -- check scan [--rows N] [--rounds N]`: side by side on this machine, as ratios.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const BENCHES = { 'check scan': () => import('../bench/check/scan.ts') } as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '300000' },
    rounds: { type: 'string', default: '5' },
  },
})
const name = positionals.join(' ')
const bench = Object.entries(BENCHES).find(([one]) => one === name)?.[1]
if (!bench) {
  process.stderr.write(
    `error: there is no bench "${name}"\nhint: one of: ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(2)
}
const { run } = await bench()
const outcome = await run({ rows: Number(values.rows), rounds: Number(values.rounds) })

const cell = (value: number, digits: number) => value.toFixed(digits).padStart(9)
process.stdout.write(
  `${name}: etcd ${outcome.etcd}, ${outcome.rows} rows, median of ${outcome.rounds} interleaved rounds\n\n`,
)
process.stdout.write(`${''.padEnd(36)}   wall s    ratio    CPU s  etcd CPU   peak MB\n`)
for (const one of outcome.results)
  process.stdout.write(
    `${one.name.padEnd(36)}${cell(one.wallSeconds, 2)}${cell(one.ratio, 2)}${cell(one.cpuSeconds, 2)}${cell(one.etcdCpuSeconds, 2)} ${cell(one.peakMegabytes, 0)}\n`,
  )
writeFileSync(
  'bench-results.json',
  `${JSON.stringify({ schema: 'etcdkeep.bench/v1', bench: name, node: process.version, at: new Date().toISOString(), ...outcome }, null, 2)}\n`,
)
