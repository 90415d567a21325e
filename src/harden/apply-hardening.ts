// Carries out a plan, one step at a time, with a journal; the same plan again goes on where it stopped.
import { createHash } from 'node:crypto'
import { KeepError } from '../core/error.ts'
import type { EtcdTls } from '../ports/etcd.ts'
import type { Ports } from '../ports/ports.ts'
import { openJournal, type Journal } from './journal.ts'
import {
  makeCa,
  makeCertificate,
  setMode,
  trimCertificate,
  type MaterialPorts,
} from './make-material.ts'
import type { Plan, RestartStep, Step } from './model.ts'
import { performRestart, type Swapped, type Swapping } from './perform-restart.ts'
import { reachMembers } from './reach.ts'
import { standing } from './restart-files.ts'
import { startTest } from './start-test.ts'

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

/** Restarted and proven by an earlier run: what came after it may keep the cluster from being well by now. */
const stands = async (ports: HardenPorts, step: Step): Promise<boolean> =>
  isRestart(step) && (await standing(ports, step)) === 'after'

const isRestart = (step: Step): step is RestartStep =>
  step.kind === 'manifest' || step.kind === 'unit'

const DONE: Swapped = { as: 'done' }

async function perform(ports: MaterialPorts, swapping: Swapping, step: Step): Promise<Swapped> {
  if (isRestart(step)) return performRestart(swapping, step)
  if (step.kind === 'ca') await makeCa(ports, step)
  else if (step.kind === 'certificate') await makeCertificate(ports, step)
  else if (step.kind === 'trim') await trimCertificate(ports, step)
  else await setMode(ports, step)
  return DONE
}

/** Every new argument vector is tried before the first member is touched. */
async function rehearse(ports: HardenPorts, plan: Plan, options: ApplyOptions): Promise<void> {
  const { etcd, signal } = options
  if (etcd === undefined) return
  for (const step of plan.steps.filter(isRestart))
    if (step.member) await startTest(ports, step, etcd, signal)
}

function swappingOf(ports: HardenPorts, plan: Plan, options: ApplyOptions): Swapping {
  const mark = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12)
  const prove = async (member: string) => {
    const controls = plan.repairs.filter((one) => one.subject === member).map((one) => one.control)
    return (await options.prove?.(member, controls)) ?? []
  }
  return {
    ports,
    reach: reachMembers(
      { etcd: ports.etcd, host: ports.host() },
      plan,
      options.tls ? { tls: options.tls } : {},
    ),
    backups: `${options.state}/backups/${mark}`,
    prove,
    timeoutMs: options.timeoutMs ?? 180_000,
    signal: options.signal,
  }
}

/** The steps that an earlier run has proven already. */
async function begin(journal: Journal, plan: Plan): Promise<ReadonlySet<number>> {
  const [first] = journal.entries
  const goesOn =
    first?.event === 'begin' &&
    JSON.stringify(first.plan) === JSON.stringify(plan) &&
    !journal.entries.some((one) => one.event === 'end')
  if (!goesOn) await journal.record({ event: 'begin', plan })
  return new Set(journal.entries.flatMap((one) => (one.event === 'done' ? [one.step] : [])))
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
  const swapping = swappingOf(ports, plan, options)
  const before = await begin(journal, plan)
  const done: string[] = []
  let rehearsed = false
  for (const [index, step] of plan.steps.entries()) {
    options.signal.throwIfAborted()
    if (isRestart(step) && !rehearsed) {
      await closing(journal, () => rehearse(ports, plan, options))
      rehearsed = true
    }
    options.onStep?.(step, index, plan.steps.length)
    await journal.record({ event: 'intent', step: index })
    const swapped = await closing(journal, async () =>
      before.has(index) && (await stands(ports, step)) ? DONE : perform(material, swapping, step),
    )
    if (swapped.as === 'rolled-back') {
      await journal.record({ event: 'undo', step: index })
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
