// Runs a program and says what it cost.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Cost {
  readonly wallSeconds: number
  /** User and system. */
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

/** Ticks of /proc/PID/stat in a second (USER_HZ: 100 on every Linux of today). */
const HZ = 100
const LOOK_MS = 10

function look(pid: number): { cpu: number; peak: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpu: (Number(fields[11]) + Number(fields[12])) / HZ, peak: Number(peak ?? 0) / 1000 }
  } catch {
    return undefined
  }
}

/** The process and those that it started: a shell's own cost says nothing. */
function family(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return [pid, ...children.split(' ').filter(Boolean).map(Number)]
  } catch {
    return [pid]
  }
}

export const cpuOf = (pid: number): number => look(pid)?.cpu ?? 0

/** Throws where the exit code is not 0: a failed run must not look fast. Output of more than `keep` is thrown away. */
export function measure(
  argv: readonly [string, ...string[]],
  keepOutput = false,
): Promise<Cost & { output: string }> {
  const [program, ...args] = argv
  const from = process.hrtime.bigint()
  const child = spawn(program, args, {
    stdio: ['ignore', keepOutput ? 'pipe' : 'ignore', 'pipe'],
    env: {},
  })
  let [output, errors] = ['', '']
  child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr?.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const last = new Map<number, { cpu: number; peak: number }>()
  const timer = setInterval(() => {
    for (const pid of child.pid === undefined ? [] : family(child.pid)) {
      const seen = look(pid)
      const before = last.get(pid)
      // What has ended already has no memory to tell of.
      if (seen)
        last.set(pid, {
          cpu: Math.max(seen.cpu, before?.cpu ?? 0),
          peak: Math.max(seen.peak, before?.peak ?? 0),
        })
    }
  }, LOOK_MS)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      clearInterval(timer)
      const wallSeconds = Number(process.hrtime.bigint() - from) / 1e9
      const all = [...last.values()]
      if (status === 0)
        resolve({
          wallSeconds,
          cpuSeconds: all.reduce((sum, one) => sum + one.cpu, 0),
          peakMegabytes: Math.max(0, ...all.map(({ peak }) => peak)),
          output,
        })
      else reject(new Error(`${program} ended with ${status}: ${errors.slice(0, 500)}`))
    })
  })
}
