import { hang, pad, paint, type Style, type Terminal, visible } from '../core/terminal.ts'
import { problemLines } from './problems-text.ts'
import { showAge, showSize } from './units-text.ts'

interface Check {
  readonly check: string
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly detail: string
}

interface Drill {
  readonly sequence?: number
  readonly file?: string
  readonly passed: boolean
  readonly recorded: boolean
  readonly checks: readonly Check[]
  readonly seconds: Readonly<
    Record<'open' | 'restore' | 'boot' | 'compare' | 'recovery' | 'all', number>
  >
  readonly window?: {
    readonly age: number
    readonly sincePrevious?: number
    readonly untilNext?: number
  }
  readonly revision?: string
  readonly etcd?: string
  readonly size: number
  readonly notices: readonly string[]
  readonly scratch: 'memory' | 'disk'
}

interface Result {
  readonly drills: readonly Drill[]
  readonly skipped: readonly number[]
  readonly undone: readonly { readonly sequence: number; readonly why: string }[]
  readonly problems: Parameters<typeof problemLines>[0]
}

const MARKS: Readonly<Record<Check['verdict'], readonly [string, Style]>> = {
  pass: ['ok  ', 'green'],
  fail: ['bad ', 'red'],
  unknown: ['?   ', 'yellow'],
}

const WIDTH = 20

function windowText({ age, sincePrevious, untilNext }: NonNullable<Drill['window']>): string {
  const gap = (seconds: number | undefined, what: string) =>
    seconds === undefined ? [] : [`${showAge(seconds * 1000)} ${what}`]
  return [
    `it is ${showAge(age * 1000)} old`,
    ...gap(sincePrevious, 'after the one before'),
    ...gap(untilNext, 'before the next'),
  ].join(', ')
}

const WHERE = {
  memory: 'in memory alone, removed',
  disk: 'on disk in the clear, removed; what a disk forgets it may still hold',
}

function drillLines(drill: Drill, terminal: Terminal): readonly string[] {
  const { seconds, window } = drill
  const name = drill.file ?? `snapshot ${drill.sequence}`
  const verdict = drill.passed
    ? paint(terminal, 'green', 'restores')
    : paint(terminal, 'red', 'DOES NOT PASS')
  const of = drill.revision === undefined ? '' : `, revision ${drill.revision}`
  const into = drill.etcd === undefined ? '' : `, into etcd ${drill.etcd}`
  const line = (first: string, text: string) =>
    hang(`  ${pad(first, WIDTH)} `, visible(text), terminal.width)
  const times = `${seconds.recovery.toFixed(1)} s: open ${seconds.open.toFixed(1)}, restore ${seconds.restore.toFixed(1)}, boot ${seconds.boot.toFixed(1)}; compared in ${seconds.compare.toFixed(1)} s`
  return [
    `${visible(name)} ${verdict}: ${showSize(drill.size)}${of}${into}`,
    ...drill.checks.map(({ check, verdict, detail }) => {
      const [mark, style] = MARKS[verdict]
      return hang(
        `  ${paint(terminal, style, mark)}${pad(check, WIDTH - mark.length)} `,
        visible(detail),
        terminal.width,
      )
    }),
    line('recovery', times),
    ...(window ? [line('would be lost', windowText(window))] : []),
    ...drill.notices.map((notice) => line('mind', notice)),
    line('plain data', WHERE[drill.scratch]),
    ...(drill.sequence === undefined
      ? []
      : [line('evidence', drill.recorded ? 'signed and recorded' : 'not recorded (--sign-with)')]),
  ]
}

/** Bad news of the repository first, then each drill. */
export function drillText(
  { drills, skipped, undone, problems }: Result,
  terminal: Terminal,
): string {
  const bad = problemLines(problems, terminal)
  const left = skipped.length === 0 ? [] : [`left out, drilled not long ago: ${skipped.join(', ')}`]
  return [
    ...bad,
    ...(bad.length > 0 ? [''] : []),
    ...drills.flatMap((one) => drillLines(one, terminal)),
    ...undone.map(({ sequence, why }) =>
      hang(
        `${paint(terminal, 'red', 'not drilled')} snapshot ${sequence}: `,
        visible(why),
        terminal.width,
      ),
    ),
    ...left,
  ].join('\n')
}
