// Runs one case on one etcd: start, change, check, compare.
import assert from 'node:assert/strict'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { stringify } from 'yaml'
import { nodeLauncher } from '../../../src/adapters/launcher/node-launcher.ts'
import { nodeLoopback } from '../../../src/adapters/loopback/node-loopback.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { EtcdBinary } from '../../../src/ports/binaries.ts'
import type { Started } from '../../../src/ports/launcher.ts'
import { argvOf, baseline, type Ground, layGround, merged } from '../../support/ground.ts'
import { eventually } from '../../support/eventually.ts'
import { findingsOf } from '../../support/findings.ts'
import { putterFor } from '../../support/put.ts'
import type { Case, MemberSetUp } from './case.ts'

/** etcd says "ready to serve client requests" before it reads the listener's files. */
const READY = /serving (?:insecure )?client (?:traffic|requests on)/

const SECURE: MemberSetUp = { name: 'm1' }

async function argumentsOf(ground: Ground, member: MemberSetUp): Promise<readonly string[]> {
  const extra = member.extra?.(ground) ?? []
  if (member.argv) return [...member.argv(ground), ...extra]
  if (!member.configFile)
    return [...argvOf(merged(baseline(ground, member.name), member.flags?.(ground))), ...extra]
  const file = ground.path('etcd.conf.yml')
  await writeFile(file, stringify(member.configFile(ground)), { mode: 0o600 })
  const beside = argvOf(merged({}, member.beside?.(ground)))
  return [...(member.configByEnvironment ? [] : [`--config-file=${file}`]), ...beside, ...extra]
}

async function startMember(
  ground: Ground,
  binary: EtcdBinary,
  member: MemberSetUp,
  born: (started: Started) => void,
): Promise<void> {
  const log = ground.path(`${member.name}.log`)
  const argv = await argumentsOf(ground, member)
  const wrapped = await member.wrapped?.(ground, binary.etcd, argv)
  const [program = '', ...rest] = wrapped ?? [binary.etcd, ...argv]
  const directory = member.directory?.(ground) ?? ground.directory
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const started = await nodeLauncher().start({
    argv: [program, ...rest],
    environment: {
      ...(member.configByEnvironment && { ETCD_CONFIG_FILE: ground.path('etcd.conf.yml') }),
      ...member.environment?.(ground),
    },
    directory,
    log,
  })
  born(started)
  let ended = false
  void started.exited.then(() => (ended = true))
  await eventually('the member serves clients', async () => {
    const text = await readFile(log, 'utf8')
    if (ended) throw new assert.AssertionError({ message: `etcd ended: ${text.slice(-600)}` })
    return READY.test(text)
  })
}

const named = (finding: Finding, subject: string) =>
  finding.subject.name === subject || finding.subject.name.endsWith(`/${subject}`)

type Expected = readonly (readonly [string, Finding['verdict'], (string | undefined)?])[]

/** Throws an AssertionError that shows every difference at once. */
function compare(found: readonly Finding[], expected: Expected): void {
  const wrong = expected.flatMap(([control, verdict, subject = 'm1']) => {
    const finding = found.find((one) => one.control === control && named(one, subject))
    if (finding?.verdict === verdict) return []
    const got = finding ? `${finding.verdict}: ${finding.summary}` : 'no finding'
    return [`${control} of ${subject}: wanted ${verdict}, got ${got}`]
  })
  assert.equal(wrong.join('\n'), '')
}

const DOORS = ['client', 'peer', 'metrics', 'extra'] as const

/** A ground for each member, in one directory; ports and `--initial-cluster` of their own. */
async function layGrounds(names: readonly string[], pki: string, directory: string) {
  const free = await nodeLoopback().freePorts(names.length * DOORS.length)
  const portsOf = (index: number) => {
    const [client = 0, peer = 0, metrics = 0, extra = 0] = free.slice(index * 4, index * 4 + 4)
    return { client, peer, metrics, extra }
  }
  const cluster = names
    .map((name, index) => `${name}=https://127.0.0.1:${portsOf(index).peer}`)
    .join(',')
  return names.map((_, index) => {
    const ports = portsOf(index)
    const put = putterFor(pki, ports.client)
    return layGround({ directory, pki, ports, put, ...(names.length > 1 && { cluster }) })
  })
}

export async function runCase(
  t: TestContext,
  one: Case,
  binary: EtcdBinary,
  pki: string,
  directory: string,
) {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const members = one.members ?? [SECURE]
  const names = members.map(({ name }) => name)
  const grounds = await layGrounds(names, pki, directory)
  const at = (name: string): Ground => {
    const found = grounds[names.indexOf(name)]
    if (!found) throw new Error(`the case has no member ${name}`)
    return found
  }
  const ground = at(names[0] ?? '')
  await mkdir(ground.path('data-behind-link'), { mode: 0o700 })
  await symlink('data-behind-link', ground.path('data-link'))
  const started = new Map<string, Started>()
  t.after(async () => {
    await Promise.all([...started.values()].map((member) => member.kill()))
    await rm(directory, { recursive: true, force: true })
  })
  // Together: a member of a cluster serves nobody before most of the others are there.
  await Promise.all(
    members.map(async (member) =>
      startMember(at(member.name), binary, member, (process) => started.set(member.name, process)),
    ),
  )
  const stop = async (name: string) => {
    await started.get(name)?.kill()
    started.delete(name)
  }
  await one.after?.(ground, { at, stop })
  const pids = [...started.values()].map((member) => member.pid)
  const wanted = new Set(one.expect.map(([control]) => control))
  const expected = one.expect.map(
    ([control, verdict, subject]) =>
      [control, verdict, subject?.replace('{client}', String(ground.ports.client))] as const,
  )
  compare(await findingsOf(ground, pids, wanted, one.asked?.(ground)), expected)
}
