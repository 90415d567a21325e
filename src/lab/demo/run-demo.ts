// The main job from end to end, on a real cluster that is thrown away: see through it, close it, prove it.
import { join } from 'node:path'
import { applyHardening, type Outcome } from '../../harden/apply-hardening.ts'
import type { Access, Plan } from '../../harden/model.ts'
import { planHardening } from '../../harden/plan-hardening.ts'
import type { EtcdBinary } from '../../ports/binaries.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Progress } from '../../ports/progress.ts'
import type { CheckResult } from '../../posture/check-result.ts'
import { controls } from '../../posture/controls/index.ts'
import { awaitReady, connectLab } from '../await-ready.ts'
import { layLab } from '../lay-lab.ts'
import { type Lab, clientFiles } from '../model.ts'
import { runLab } from '../run-lab.ts'
import type { Runner } from '../run-manifests.ts'
import { seedRows } from '../seed/seed-rows.ts'
import { type BreakIn, breakIn } from './break-in.ts'
import { present, tlsOf } from './keyring.ts'
import { look } from './look.ts'
import { type Writer, type Written, startWriter } from './writer.ts'

export interface DemoOptions {
  readonly binary: EtcdBinary
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Told what was found and what is about to be changed, while it runs. */
  readonly onPlan: (plan: Plan) => void
}

export interface DemoResult {
  readonly schema: 'etcdkeep.demo/v1'
  readonly etcd: string
  readonly before: CheckResult
  readonly after: CheckResult
  readonly breakIn: { readonly before: BreakIn; readonly after: readonly BreakIn[] }
  readonly plan: Plan
  readonly outcome: Outcome
  readonly writes: Written
  /** Milliseconds: everything, and the part in which the cluster was changed. */
  readonly took: { readonly all: number; readonly hardening: number }
  /** `control of subject` that were meant to be repaired and do not pass. */
  readonly stillOpen: readonly string[]
}

const SECRET = '/registry/secrets/default/db-credentials'
const pidsOf = (runner: Runner) => Object.values(runner.pids()).flat()
const closed = (url: string) => url.replace('http:', 'https:')

/**
 * Files of the client that the closed cluster lets in, likeliest first: the one that harden issues where it makes a
 * CA of its own, else the operator's.
 */
export function keyrings({ access }: Plan, lab: Lab): readonly Access[] {
  const { ca, certificate, key } = clientFiles(lab)
  return [...(access ? [access] : []), { cas: [ca], certificate, key }]
}

/** What the first look found open and the second does not see shut. */
function stillOpen(plan: Plan, after: CheckResult): readonly string[] {
  return plan.repairs
    .filter(({ control, subject }) => {
      const found = after.findings.find(
        (one) => one.control === control && one.subject.name === subject,
      )
      return found?.verdict !== 'pass' && found?.verdict !== 'not-applicable'
    })
    .map(({ control, subject }) => `${control} of ${subject}`)
}

interface Stage {
  readonly ports: Ports
  readonly options: DemoOptions
  readonly lab: Lab
  readonly runner: Runner
}

async function seedAll({ ports, options, lab }: Stage): Promise<void> {
  const etcd = await connectLab({ ...ports, host: ports.host() }, lab)
  const seed = { secrets: { protobuf: 20 }, configMaps: 20, customResources: 5 }
  try {
    await seedRows(etcd, { ...seed, signal: options.signal }, ports.clock.now())
  } finally {
    etcd.close()
  }
}

async function close(stage: Stage, plan: Plan, state: string): Promise<Outcome> {
  const { ports, options, lab, runner } = stage
  const { progress, signal } = options
  return applyHardening(ports, plan, {
    state,
    signal,
    etcd: options.binary.etcd,
    tls: tlsOf(await present(ports.host(), keyrings(plan, lab))),
    timeoutMs: 60_000,
    onStep: (step, index, count) => progress.note(`  ${index + 1}/${count} ${step.title}`),
    async prove(member, controls) {
      progress.step(`proving ${member}`)
      const credentials = await present(ports.host(), keyrings(plan, lab))
      const pids = pidsOf(runner)
      const seen = await look(ports, {
        manifests: lab.manifests,
        pids,
        credentials,
        controls,
        progress,
        signal,
      })
      return seen.result.findings
        .filter((one) => one.subject.name === member && one.verdict === 'fail')
        .map((one) => one.control)
    },
  })
}

function writerFor({ ports, lab }: Stage, plan: Plan): Writer {
  const urls = lab.members.map(({ clientUrl }) => clientUrl)
  const endpoints = [...urls, ...urls.map(closed)]
  return startWriter({ ...ports, host: ports.host() }, { endpoints, keyrings: keyrings(plan, lab) })
}

async function play(stage: Stage, began: number): Promise<DemoResult> {
  const { ports, options, lab, runner } = stage
  const { progress, signal } = options
  const now = () => ports.clock.now().getTime()
  await awaitReady({ ...ports, host: ports.host() }, lab, { signal })
  await seedAll(stage)
  const door = lab.members[0]?.clientUrl ?? ''
  const opened = await breakIn(ports.etcd, door, SECRET)
  progress.note(`without any credential, ${door} gives`)
  progress.note(`  ${SECRET}`)
  progress.note(`  ${opened.detail}`)

  progress.note('check: looking at the cluster as an attacker and as its operator')
  const target = { manifests: lab.manifests, progress, signal }
  const before = await look(ports, { ...target, pids: pidsOf(runner) })
  const state = join(lab.directory, 'harden')
  const plan = await planHardening(ports, {
    observation: before.observation,
    findings: before.result.findings,
    state,
  })
  options.onPlan(plan)

  progress.note('harden: one member at a time, while a client keeps writing')
  const writer = writerFor(stage, plan)
  const start = now()
  let outcome: Outcome
  let writes: Written
  try {
    outcome = await close(stage, plan, state)
  } finally {
    writes = await writer.finish()
  }
  const hardening = now() - start
  progress.note('check: trying every door again')
  const credentials = await present(ports.host(), keyrings(plan, lab))
  const after = await look(ports, { ...target, pids: pidsOf(runner), credentials })
  const tries = lab.members.flatMap(({ clientUrl }) => [clientUrl, closed(clientUrl)])
  const refused = await Promise.all(tries.map(async (url) => breakIn(ports.etcd, url, SECRET)))
  return {
    schema: 'etcdkeep.demo/v1',
    etcd: options.binary.version,
    before: before.result,
    after: after.result,
    breakIn: { before: opened, after: refused },
    plan,
    outcome,
    writes,
    took: { all: now() - began, hardening },
    stillOpen: stillOpen(plan, after.result),
  }
}

/** Runs everything in a temporary directory and leaves nothing behind, also when it is interrupted. */
export async function runDemo(ports: Ports, options: DemoOptions): Promise<DemoResult> {
  const { binary, progress } = options
  const labPorts = { ...ports, host: ports.host() }
  const began = ports.clock.now().getTime()
  const directory = await ports.files.makeTemporaryDirectory('etcdkeep-demo-')
  let runner: Runner | undefined
  try {
    progress.note(
      `a wide-open cluster: three etcd ${binary.version}, all TLS flags set, plain http`,
    )
    const lab = await layLab(labPorts, {
      directory,
      shape: 'wide-open',
      members: 3,
      binaries: [binary],
    })
    runner = runLab(labPorts, lab, [binary], (line) => progress.note(`  ${line}`))
    return await play({ ports, options, lab, runner }, began)
  } finally {
    await runner?.stop(0)
    await ports.files.remove(directory)
  }
}

const DOORS: ReadonlySet<string> = new Set(
  controls.filter(({ area }) => area === 'listeners').map(({ id }) => id),
)

/** Whether everything that was meant to be shut is shut, nobody gets in, and no write was lost. */
export const succeeded = ({ breakIn, outcome, stillOpen, writes, after }: DemoResult): boolean =>
  breakIn.before.read &&
  breakIn.after.every(({ read }) => !read) &&
  outcome.as === 'applied' &&
  stillOpen.length === 0 &&
  writes.acknowledged > 0 &&
  writes.lost === 0 &&
  !after.findings.some(({ verdict, control }) => verdict === 'fail' && DOORS.has(control))
