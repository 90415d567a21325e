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
): Promise<Started> {
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
  let ended = false
  void started.exited.then(() => (ended = true))
  await eventually('the member serves clients', async () => {
    const text = await readFile(log, 'utf8')
    if (ended) throw new assert.AssertionError({ message: `etcd ended: ${text.slice(-600)}` })
    return (
      text.includes('ready to serve client requests') || text.includes('serving client traffic')
    )
  })
  return started
}

const named = (finding: Finding, subject: string) =>
  finding.subject.name === subject || finding.subject.name.endsWith(`/${subject}`)

/** Throws an AssertionError that shows every difference at once. */
function compare(found: readonly Finding[], expected: Case['expect']): void {
  const wrong = expected.flatMap(([control, verdict, subject = 'm1']) => {
    const finding = found.find((one) => one.control === control && named(one, subject))
    if (finding?.verdict === verdict) return []
    const got = finding ? `${finding.verdict}: ${finding.summary}` : 'no finding'
    return [`${control} of ${subject}: wanted ${verdict}, got ${got}`]
  })
  assert.equal(wrong.join('\n'), '')
}

export async function runCase(
  t: TestContext,
  one: Case,
  binary: EtcdBinary,
  pki: string,
  directory: string,
) {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const [client = 0, peer = 0, metrics = 0, extra = 0] = await nodeLoopback().freePorts(4)
  const ports = { client, peer, metrics, extra }
  const ground = layGround({ directory, pki, ports, put: putterFor(pki, client) })
  await mkdir(ground.path('data-behind-link'), { mode: 0o700 })
  await symlink('data-behind-link', ground.path('data-link'))
  const started: Started[] = []
  t.after(async () => {
    await Promise.all(started.map((member) => member.kill()))
    await rm(directory, { recursive: true, force: true })
  })
  for (const member of one.members ?? [SECURE])
    started.push(await startMember(ground, binary, member))
  await one.after?.(ground)
  const wanted = new Set(one.expect.map(([control]) => control))
  compare(
    await findingsOf(
      ground,
      started.map((member) => member.pid),
      wanted,
    ),
    one.expect,
  )
}
