// Pictures as inline SVG; every number stands beside its picture as text.
import { SEVERITIES, type Finding, type Verdict } from '../../core/finding.ts'
import type { CheckResult } from '../../posture/check-result.ts'
import { markup, type Markup } from './markup.ts'

const RADIUS = 52
const AROUND = 2 * Math.PI * RADIUS

function arcs(summary: CheckResult['summary']): readonly Markup[] {
  const parts = [
    { count: summary.pass, colour: 'var(--ok)' },
    { count: summary.fail, colour: 'var(--high)' },
    { count: summary.unknown, colour: 'var(--open)' },
    { count: summary.waived, colour: 'var(--low)' },
  ]
  const total = parts.reduce((sum, part) => sum + part.count, 0)
  let before = 0
  return parts.map(({ count, colour }) => {
    const length = total === 0 ? 0 : (count / total) * AROUND
    const arc = markup`<circle cx="70" cy="70" r="${RADIUS}" fill="none" stroke="${colour}" stroke-width="14" stroke-dasharray="${length.toFixed(2)} ${(AROUND - length).toFixed(2)}" stroke-dashoffset="${(-before).toFixed(2)}" transform="rotate(-90 70 70)"/>`
    before += length
    return length === 0 ? markup`` : arc
  })
}

/** A ring of what passed, failed, is unknown and is waived, with the score in it. */
export const donut = (summary: CheckResult['summary']): Markup =>
  markup`<svg width="140" height="140" viewBox="0 0 140 140" role="img" aria-label="score ${summary.score} of 100: ${summary.pass} passed, ${summary.fail} failed, ${summary.unknown} unknown, ${summary.waived} waived">
<circle cx="70" cy="70" r="${RADIUS}" fill="none" stroke="var(--line)" stroke-width="14"/>
${arcs(summary)}
<text class="big" x="70" y="76" text-anchor="middle">${summary.score}</text><text class="soft" x="70" y="95" text-anchor="middle">of 100</text></svg>`

const SHOWN: readonly (readonly [Verdict, string])[] = [
  ['fail', 'var(--tone)'],
  ['unknown', 'var(--open)'],
  ['waived', 'var(--off)'],
  ['pass', 'var(--ok)'],
]

/** One bar for each severity: failed, unknown, waived, passed. */
export function severityBars(findings: readonly Finding[]): Markup {
  const most = Math.max(
    1,
    ...SEVERITIES.map(
      (severity) =>
        findings.filter((one) => one.severity === severity && one.verdict !== 'not-applicable')
          .length,
    ),
  )
  const rows = SEVERITIES.map((severity, index) => {
    const y = index * 26
    let x = 70
    const bars = SHOWN.map(([verdict, colour]) => {
      const count = findings.filter(
        (one) => one.severity === severity && one.verdict === verdict,
      ).length
      const width = (count / most) * 190
      const bar = markup`<rect x="${x.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="14" fill="${colour}"/>`
      x += width
      return count === 0 ? markup`` : bar
    })
    const failed = findings.filter((one) => one.severity === severity && one.verdict === 'fail')
    return markup`<g class="${severity}"><text x="0" y="${y + 15}">${severity}</text>${bars}<text class="soft" x="${(x + 6).toFixed(1)}" y="${y + 15}">${failed.length > 0 ? `${failed.length} failed` : ''}</text></g>`
  })
  return markup`<svg width="330" height="108" viewBox="0 0 330 108" role="img" aria-label="findings by severity">${rows}</svg>`
}
