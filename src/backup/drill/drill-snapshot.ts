// One snapshot, restored into a real etcd that nobody else can reach, compared, written to, and thrown away.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { KeepError } from '../../core/error.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Inspected } from '../../snapshot/inspect-snapshot.ts'
import { restoreMember } from '../restore-member.ts'
import { chooseEtcd } from './choose-etcd.ts'
import { compareAll } from './compare-all.ts'
import { keysOnHand, noticesOf } from './judge-contents.ts'
import type { DrillCheck, DrillCheckName, Drilled, DrillOptions, DrillSource } from './model.ts'
import { makeScratch, type Scratch } from './scratch.ts'
import { type StartedMember, startMember } from './start-member.ts'
import { writeOut } from './write-out.ts'

export type DrillPorts = Pick<
  Ports,
  'clock' | 'draftFile' | 'etcd' | 'files' | 'host' | 'launcher' | 'loopback'
>

/** Measures phases and keeps what was found, also when one of them ends it. */
class Course {
  readonly checks: DrillCheck[] = []
  readonly seconds = { open: 0, restore: 0, boot: 0, compare: 0 }
  readonly #since = performance.now()

  async phase<T>(name: keyof Course['seconds'], work: () => Promise<T>): Promise<T> {
    const since = performance.now()
    try {
      return await work()
    } finally {
      this.seconds[name] = rounded(performance.now() - since)
    }
  }

  pass(check: DrillCheckName, detail: string): void {
    this.checks.push({ check, verdict: 'pass', detail })
  }

  fail(check: DrillCheckName, detail: string): void {
    this.checks.push({ check, verdict: 'fail', detail })
  }

  /** What was asked for and is bad news; anything else stays an exception. */
  caught(check: DrillCheckName, thrown: unknown): void {
    if (!(thrown instanceof KeepError) || !['corrupt', 'not-found'].includes(thrown.kind))
      throw thrown
    this.fail(check, thrown.message)
  }

  times(): Drilled['seconds'] {
    const { open, restore, boot } = this.seconds
    const recovery = rounded((open + restore + boot) * 1000)
    return { ...this.seconds, recovery, all: rounded(performance.now() - this.#since) }
  }
}

const rounded = (ms: number): number => Math.round(ms) / 1000

interface Work {
  readonly ports: DrillPorts
  readonly source: DrillSource
  readonly options: DrillOptions
  readonly course: Course
  readonly scratch: Scratch
}

const snapshotFile = ({ directory }: Scratch): string => join(directory, 'snapshot.db')

async function open({
  ports,
  source,
  options,
  course,
  scratch,
}: Work): Promise<Inspected | undefined> {
  try {
    const inspected = await course.phase('open', () =>
      writeOut(ports.draftFile, source, snapshotFile(scratch), options),
    )
    const wrong = source.judge(inspected.survey)
    for (const one of wrong) course.fail('open', one)
    if (wrong.length === 0) course.pass('open', 'every byte as it was saved, and a sound database')
    return inspected
  } catch (thrown) {
    course.caught('open', thrown)
    return undefined
  }
}

async function restoreAndStart(
  { ports, source, options, course, scratch }: Work,
  { survey }: Inspected,
): Promise<{ readonly member?: StartedMember; readonly etcd: string }> {
  const { signal, step, binaries, etcd: wanted } = options
  const of = source.etcd ?? survey.contents.storageVersion ?? survey.clusterVersion
  const binary = chooseEtcd(binaries, { wanted, of })
  const { version } = binary
  const [clientPort, peerPort] = await ports.loopback.freePorts(2)
  const name = `drill-${randomBytes(4).toString('hex')}`
  const peerUrl = `https://127.0.0.1:${peerPort}`
  const { directory } = scratch
  let phase: 'restore' | 'boot' = 'restore'
  try {
    step(`restoring ${source.name} with etcd ${version}`)
    await course.phase('restore', () =>
      restoreMember(ports, {
        tool: { program: binary.etcdutl ?? binary.etcdctl, version, bumps: false },
        file: snapshotFile(scratch),
        member: { name, peerUrls: [peerUrl] },
        cluster: [{ name, peerUrls: [peerUrl] }],
        token: randomBytes(16).toString('hex'),
        dataDirectory: join(directory, 'data'),
        log: join(directory, 'restore.log'),
        signal,
      }),
    )
    course.pass('restore', `etcd ${version} made a data directory of it`)
    phase = 'boot'
    step(`starting etcd ${version} on ${source.name}`)
    const member = await course.phase('boot', () =>
      startMember(ports, {
        member: { name, clientUrl: `https://127.0.0.1:${clientPort}`, peerUrl },
        program: binary.etcd,
        directory,
        size: survey.length,
        signal,
      }),
    )
    course.pass('boot', `etcd ${version} serves it and has a leader`)
    return { member, etcd: version }
  } catch (thrown) {
    course.caught(phase, thrown)
    return { etcd: version }
  }
}

async function run(work: Work): Promise<Drilled> {
  const { ports, source, options, course, scratch } = work
  const found = await open(work)
  const started = found && (await restoreAndStart(work, found))
  const member = started?.member
  const notices: string[] = []
  try {
    if (found && member) {
      options.step(`comparing ${source.name}`)
      const compare = { ports, source, member, file: snapshotFile(scratch), options }
      const { checks, notices: told } = await course.phase('compare', () =>
        compareAll(compare, found.survey),
      )
      course.checks.push(...checks)
      notices.push(...told)
    }
  } finally {
    await member?.stop()
  }
  const survey = found?.survey
  const keys = keysOnHand(survey?.contents.encryptionKeys ?? [], options.keysOnHand)
  if (survey && keys.check) course.checks.push(keys.check)
  return {
    passed: course.checks.every(({ verdict }) => verdict !== 'fail'),
    checks: course.checks,
    seconds: course.times(),
    ...(started && { etcd: started.etcd }),
    ...(survey && { revision: survey.revision.toString() }),
    ...(survey?.keys !== undefined && { keys: survey.keys }),
    size: survey?.length ?? source.size,
    encryptionKeys: keys.names,
    notices: survey ? [...noticesOf(survey), ...notices] : [],
    scratch: scratch.kind,
  }
}

/**
 * Bad news about the snapshot is part of the result. Throws where the drill itself could not be done: no room, no etcd
 * that fits, a store that does not answer, `denied` where no identity opens it.
 */
export async function drillSnapshot(
  ports: DrillPorts,
  source: DrillSource,
  options: DrillOptions,
): Promise<Drilled> {
  const scratch = await makeScratch(ports, options.places, source.size)
  try {
    return await run({ ports, source, options, course: new Course(), scratch })
  } finally {
    await scratch.remove()
  }
}
