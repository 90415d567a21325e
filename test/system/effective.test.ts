// Our reading of flags, variables and files against what a real etcd made of them.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { etcdBinaries } from '../../src/adapters/binaries/etcd-binaries.ts'
import { nodeLauncher } from '../../src/adapters/launcher/node-launcher.ts'
import { nodeLoopback } from '../../src/adapters/loopback/node-loopback.ts'
import { known, missing } from '../../src/core/fact.ts'
import type { Environment } from '../../src/effective/environment.ts'
import { resolveEtcd } from '../../src/effective/resolve-etcd.ts'
import { eventually } from '../support/eventually.ts'
import { layPki } from '../support/pki.ts'

const STARTS = 12
const directory = await mkdtemp(join(tmpdir(), 'etcdkeep-effective-'))
after(() => rm(directory, { recursive: true, force: true }))
const pki = join(directory, 'pki')
await layPki(pki)

/** One setting, spelt in some way. */
const spelling = fc.constantFrom(
  '--client-cert-auth',
  '-client-cert-auth',
  '--client-cert-auth=0',
  '-client-cert-auth=T',
  '--client-cert-auth=FALSE',
  '--client-cert-auth=f',
  '--client-cert-auth=yes',
  '--client-cert-auht',
  'true',
)
const oddStart = fc.record({
  flags: fc.array(spelling, { maxLength: 3 }),
  variable: fc.constantFrom(undefined, undefined, '1', 'False', 'maybe', ''),
  stranger: fc.boolean(),
  file: fc.constantFrom(undefined, undefined, 'true', 'no', '"true"', '1'),
})
type OddStart = typeof oddStart extends fc.Arbitrary<infer T> ? T : never

/** `true` or `false` as etcd logs it, or `refused`. */
async function whatEtcdDoes(
  argv: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
  place: string,
): Promise<string> {
  const log = join(place, 'log')
  const started = await nodeLauncher().start({ argv, environment, directory: place, log })
  let ended = false
  void started.exited.then(() => (ended = true))
  try {
    let seen: string | undefined
    await eventually('etcd says what it runs with, or ends', async () => {
      seen = /client-cert-auth = (true|false)/.exec(await readFile(log, 'utf8'))?.[1]
      return seen !== undefined || ended
    })
    return seen ?? 'refused'
  } finally {
    await started.kill()
  }
}

async function whatWeSay(argv: string[], environment: Environment, place: string): Promise<string> {
  const launch = await resolveEtcd(
    {
      program: 'etcd',
      layer: 'declared',
      source: 'this test',
      argv,
      environment: known(environment),
      mounts: [],
      workingDirectory: place,
    },
    async (path) => {
      try {
        return known(await readFile(path, 'utf8'))
      } catch {
        return missing(`${path} is not there`)
      }
    },
  )
  assert.ok(launch.known, JSON.stringify(launch))
  if (launch.value.problems.some((one) => one.fatal)) return 'refused'
  return launch.value.settings['client-cert-auth']?.value ?? 'absent'
}

async function prepare({ flags, variable, stranger, file }: OddStart, place: string) {
  await mkdir(place)
  const [client, peer] = await nodeLoopback().freePorts(2)
  const ours = {
    'data-dir': join(place, 'data'),
    'listen-client-urls': `https://127.0.0.1:${client}`,
    'advertise-client-urls': `https://127.0.0.1:${client}`,
    'listen-peer-urls': `http://127.0.0.1:${peer}`,
  }
  const tls = { 'cert-file': join(pki, 'server.crt'), 'key-file': join(pki, 'server.key') }
  const given = Object.entries({ ...ours, ...tls }).map(([name, value]) => `--${name}=${value}`)
  const environment: Record<string, string> = {
    ...(variable !== undefined && { ETCD_CLIENT_CERT_AUTH: variable }),
    ...(stranger && { ETCD_STRANGER: '1' }),
  }
  if (file === undefined) return { argv: [...given, ...flags], environment }
  const keys = Object.entries(tls).map(([key, value]) => `  ${key}: ${value}\n`)
  const top = Object.entries(ours).map(([key, value]) => `${key}: ${value}\n`)
  const section = `client-transport-security:\n  client-cert-auth: ${file}\n${keys.join('')}`
  await writeFile(join(place, 'conf'), `${top.join('')}${section}`)
  return { argv: ['--config-file=conf', ...flags], environment }
}

for (const binary of await etcdBinaries())
  describe(`etcd ${binary.version} reads its configuration as we do`, () => {
    const samples = fc.sample(oddStart, { numRuns: STARTS, seed: 20261121 })
    for (const [index, odd] of samples.entries())
      test(JSON.stringify(odd), async () => {
        const place = join(directory, `${binary.version}-${index}`)
        const { argv, environment } = await prepare(odd, place)
        const said = await whatWeSay(argv, Object.entries(environment), place)
        const done = await whatEtcdDoes([binary.etcd, ...argv], environment, place)
        assert.equal(said, done, await readFile(join(place, 'log'), 'utf8'))
      })
  })
