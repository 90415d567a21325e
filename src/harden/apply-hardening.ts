// Carries out a plan, one step at a time, with a journal; the same plan again goes on where it stopped.
import { createHash } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import type { EtcdTarget, EtcdTls } from '../ports/etcd.ts'
import type { Ports } from '../ports/ports.ts'
import { waitForHealth } from './gates.ts'
import { openJournal, stepLog, unfinished, type Journal } from './journal.ts'
import {
  makeCa,
  makeCertificate,
  setMode,
  trimCertificate,
  type MaterialPorts,
} from './make-material.ts'
import type { Plan, RestartStep, Step } from './model.ts'
import { performRestart } from './perform-restart.ts'
import { reachMembers } from './reach.ts'
import { startTest } from './start-test.ts'
import { waiting, type Swapped, type Swapping } from './swapping.ts'
import { writtenBy } from './written-paths.ts'

export type HardenPorts = Pick<
  Ports,
  'clock' | 'etcd' | 'files' | 'host' | 'launcher' | 'loopback' | 'supervisor'
>

export interface ApplyOptions {
  /** Journal and backups: outside every directory that something else reads. */
  readonly state: string
  readonly signal: AbortSignal
  /** For doors that ask for a certificate already. */
  readonly tls?: EtcdTls
  /** Where etcd's own users are on: one that may change members, that is root. */
  readonly user?: EtcdTarget['user']
  /** The etcd program for trial starts; without it they are left out. */
  readonly etcd?: string
  /** Looks again at one member; returns the controls among `controls` that still fail. */
  readonly prove?: (member: string, controls: readonly string[]) => Promise<readonly string[]>
  readonly onStep?: (step: Step, index: number, count: number) => void
  /** For each wait: a pod's return, the cluster's health. Default 3 minutes: a kubelet takes its time. */
  readonly timeoutMs?: number
}

export interface Outcome {
  /** `waiting`: somebody has to run `commands`; the same plan again then goes on. */
  readonly as: 'applied' | 'rolled-back' | 'waiting'
  /** Titles of the steps that stand. */
  readonly done: readonly string[]
  /** The step that was taken back, or that is waited for. */
  readonly step?: string
  /** For `rolled-back`. */
  readonly why?: string
  /** What only a person can run here, in this order; absent where there is nothing. */
  readonly commands?: readonly string[]
}

/** What a plan made anew would get right: going on with the old one never would. */
const STALE: ReadonlySet<string> = new Set(['conflict', 'config'])
/** A cluster that is to be hardened is healthy to begin with. */
const FIRST_GATE_MS = 15_000

/** Runs `work`; a plan that cannot be gone on with is closed in the journal. */
async function closing<T>(journal: Journal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof KeepError && STALE.has(thrown.kind))
      await journal.record({ event: 'end', outcome: 'refused' })
    throw thrown
  }
}

const isRestart = (step: Step): step is RestartStep =>
  step.kind === 'manifest' || step.kind === 'unit'

const DONE: Swapped = { as: 'done' }

interface Run {
  readonly ports: MaterialPorts
  readonly swapping: Swapping
  readonly journal: Journal
}

async function perform({ ports, swapping, journal }: Run, step: Step, index: number) {
  if (isRestart(step)) return performRestart(swapping, step, stepLog(journal, index))
  if (step.kind === 'ca') await makeCa(ports, step)
  else if (step.kind === 'certificate') await makeCertificate(ports, step)
  else if (step.kind === 'trim') await trimCertificate(ports, step)
  else await setMode(ports, step)
  return DONE
}

/** Every new argument vector is tried before the first member is touched. */
async function rehearse(
  ports: HardenPorts,
  plan: Plan,
  journal: Journal,
  options: ApplyOptions,
): Promise<void> {
  const { etcd, signal, state } = options
  if (etcd === undefined || journal.entries.some((one) => one.event === 'swap')) return
  for (const step of plan.steps.filter(isRestart))
    if (step.member)
      await startTest(ports, step, { program: etcd, directory: `${state}/trial`, signal })
}

function swappingOf(ports: HardenPorts, plan: Plan, options: ApplyOptions): Swapping {
  const mark = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12)
  const prove = async (member: string) => {
    const controls = plan.repairs.filter((one) => one.subject === member).map((one) => one.control)
    return (await options.prove?.(member, controls)) ?? []
  }
  return {
    ports,
    reach: reachMembers({ etcd: ports.etcd, host: ports.host() }, plan, {
      ...(options.tls && { tls: options.tls }),
      ...(options.user && { user: options.user }),
    }),
    backups: `${options.state}/backups/${mark}`,
    prove,
    timeoutMs: options.timeoutMs ?? 180_000,
    signal: options.signal,
  }
}

/** A plan of an unhealthy cluster is not even begun: made again in health, it may be another one. */
async function begin({ journal, swapping }: Run, plan: Plan): Promise<void> {
  const rest = unfinished(journal)
  if (rest && JSON.stringify(rest) === JSON.stringify(plan)) return
  if (plan.steps.some((step) => isRestart(step) && step.member)) {
    const timeoutMs = Math.min(swapping.timeoutMs, FIRST_GATE_MS)
    await waitForHealth({ ...waiting(swapping), timeoutMs })
  }
  await journal.record({ event: 'begin', plan })
}

/**
 * Applies `plan` (of `planHardening`, or of `unfinished` after a kill). A member that does not come back well, or
 * that still fails what it should pass, is put back as it was, and nothing after it is touched. Throws KeepError
 * where a gate stays closed: then nothing is half done, and the next run goes on from the journal.
 *
 *     const plan = await planHardening(ports, { observation, findings, state })
 *     const outcome = await applyHardening(ports, plan, { state, signal, etcd, onStep: (step) => show(step.title) })
 */
export async function applyHardening(
  ports: HardenPorts,
  plan: Plan,
  options: ApplyOptions,
): Promise<Outcome> {
  const material = { clock: ports.clock, files: ports.files, host: ports.host() }
  const journal = await openJournal(material, options.state)
  const run = { ports: material, swapping: swappingOf(ports, plan, options), journal }
  const written = await writtenBy(material.host, plan, run.swapping.backups)
  await ports.files.removeLeftovers([journal.path, ...written])
  await begin(run, plan)
  const done: string[] = []
  let rehearsed = false
  for (const [index, step] of plan.steps.entries()) {
    options.signal.throwIfAborted()
    if (isRestart(step) && !rehearsed) {
      await closing(journal, () => rehearse(ports, plan, journal, options))
      rehearsed = true
    }
    options.onStep?.(step, index, plan.steps.length)
    await journal.record({ event: 'intent', step: index })
    const swapped = await closing(journal, () => perform(run, step, index))
    if (swapped.as === 'rolled-back') {
      await journal.record({ event: 'end', outcome: 'rolled-back' })
      const commands = swapped.commands.length > 0 && { commands: swapped.commands }
      return { as: 'rolled-back', done, step: step.title, why: swapped.why, ...commands }
    }
    if (swapped.as === 'waiting')
      return { as: 'waiting', done, step: step.title, commands: swapped.commands }
    await journal.record({ event: 'done', step: index })
    done.push(step.title)
  }
  await journal.record({ event: 'end', outcome: 'applied' })
  return { as: 'applied', done }
}
