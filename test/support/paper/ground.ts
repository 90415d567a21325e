// Lays a cluster on paper for one test, and runs the steps of the command on it.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { applyHardening, type Outcome } from '../../../src/harden/apply-hardening.ts'
import { openJournal, unfinished } from '../../../src/harden/journal.ts'
import { planHardening } from '../../../src/harden/plan-hardening.ts'
import { layLab } from '../../../src/lab/lay-lab.ts'
import type { Lab } from '../../../src/lab/model.ts'
import { labPorts } from '../cluster.ts'
import { configPath, withConfigFile } from '../config-file.ts'
import { failing, judge } from './judge.ts'
import { atFirst, type Machine, type Standing } from './machine.ts'

const { signal } = new AbortController()

export interface Ground {
  readonly home: string
  readonly lab: Lab
  readonly first: Standing
}

export async function ground(
  t: TestContext,
  members: 1 | 3,
  configFiles: boolean,
): Promise<Ground> {
  // In memory where there is such a place: thousands of synced writes.
  const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'etcdkeep-power-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const directory = join(home, 'lab')
  const binaries = [{ version: '3.5.16', etcd: '', etcdctl: '', source: 'nowhere' }]
  const lab = await layLab(labPorts(), { directory, shape: 'wide-open', members, binaries })
  for (const member of configFiles ? lab.members : []) {
    const path = configPath(member)
    const { config, manifest } = withConfigFile(readFileSync(member.manifest, 'utf8'), path)
    writeFileSync(path, config, { mode: 0o640 })
    writeFileSync(member.manifest, manifest)
  }
  const pristine = join(home, 'pristine')
  cpSync(directory, pristine, { recursive: true })
  return { home, lab, first: atFirst(lab, pristine) }
}

/** One run of the command: goes on with what the journal has, else plans. */
export async function run(on: Machine, planted?: string): Promise<Outcome['as'] | 'nothing to do'> {
  const { ports, state } = on
  const journal = await openJournal({ ...ports, host: ports.host() }, state)
  const plan = unfinished(journal) ?? (await planHardening(ports, { ...(await judge(on)), state }))
  if (plan.steps.length === 0) return 'nothing to do'
  const prove = async (name: string) => {
    on.watch(`before the proof of ${name}`)
    const still = failing(on.members.find((one) => one.name === name)?.launch)
    on.watch(`after the proof of ${name}`)
    return name === planted ? ['planted'] : still
  }
  return (await applyHardening(ports, plan, { state, signal, timeoutMs: 4000, prove })).as
}
