// How far a stream is, for a person: bytes, rate, time left.
import type { Progress } from '../ports/progress.ts'

const EVERY_MS = 100
const WIDTH = 12

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `849 MB`; decimal units, three digits. */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`
}

const timeText = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** `[####········] 31 % of 849 MB, 310 MB/s, 2 s left`: short, as terminals are narrow. */
export function meterText(done: number, total: number, seconds: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0
  const filled = Math.floor(share * WIDTH)
  const bar = '#'.repeat(filled) + '·'.repeat(WIDTH - filled)
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 && seconds >= 1 ? `, ${timeText((total - done) / rate)} left` : ''
  const percent = Math.floor(share * 100)
  return `[${bar}] ${percent} % of ${bytesText(total)}, ${bytesText(rate)}/s${left}`
}

export class Meter {
  readonly #progress: Progress
  readonly #what: string
  readonly #since = performance.now()
  #told = 0
  #done = 0

  constructor(progress: Progress, what: string) {
    this.#progress = progress
    this.#what = what
  }

  add(bytes: number, total: number): void {
    this.#done += bytes
    const now = performance.now()
    if (now - this.#told < EVERY_MS) return
    this.#told = now
    this.#progress.step(`${this.#what} ${meterText(this.#done, total, (now - this.#since) / 1000)}`)
  }
}
