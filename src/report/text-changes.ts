// The parts of a check's text about waivers and about what changed since a baseline.
import { hang, paint, visible, type Terminal } from '../core/terminal.ts'
import type { Change } from '../posture/baseline.ts'
import type { CheckResult } from '../posture/check-result.ts'
import { subjectName } from './order.ts'

export function waiversText(result: CheckResult, terminal: Terminal): readonly string[] {
  const lines = [
    ...result.findings
      .filter((one) => one.verdict === 'waived')
      .map((one) => {
        const { owner = '', reason = '', expires = '' } = one.waiver ?? {}
        return `- ${one.control}, ${subjectName(one)}: until ${expires}, ${owner}: ${reason}`
      }),
    ...(result.waivers?.expired ?? []).map(
      (one) => `! expired on ${one.expires}, waives nothing: ${one.fingerprint} (${one.owner})`,
    ),
    ...(result.waivers?.unmatched ?? []).map(
      (one) =>
        `! no such failure (repaired, or fails otherwise): ${one.fingerprint} (${one.owner})`,
    ),
  ]
  if (lines.length === 0) return []
  const shown = lines.map((line) =>
    hang(`  ${line.slice(0, 2)}`, visible(line.slice(2)), terminal.width),
  )
  return [[paint(terminal, 'bold', 'Waived'), ...shown].join('\n')]
}

export function changesText({ baseline }: CheckResult, terminal: Terminal): readonly string[] {
  if (!baseline) return []
  const list = (word: string, changes: readonly Change[]) => {
    const names = changes.map((one) => `${one.control} ${subjectName(one)}`).join(', ')
    return hang(
      `  ${word.padEnd(12)} `,
      visible(`${changes.length}${names && `: ${names}`}`),
      terminal.width,
    )
  }
  return [
    [
      paint(terminal, 'bold', `Since ${visible(baseline.startedAt)}`),
      list('new', baseline.new),
      list('fixed', baseline.fixed),
      list('unchanged', baseline.unchanged),
      ...(baseline.outOfSight.length > 0 ? [list('out of sight', baseline.outOfSight)] : []),
    ].join('\n'),
  ]
}
