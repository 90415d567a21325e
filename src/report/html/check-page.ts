import type { CheckResult } from '../../posture/check-result.ts'
import type { Control } from '../../posture/control.ts'
import { verdictLine } from '../order.ts'
import { donut, severityBars } from './charts.ts'
import { markup, type Markup } from './markup.ts'
import { page } from './page.ts'
import { changes, failures, settled, troubles, unknowns, waivers } from './parts.ts'

export const tone = ({ summary }: CheckResult): string =>
  summary.fail > 0 ? 'bad' : summary.unknown > 0 || summary.pass === 0 ? 'open' : 'good'

/** The ring's colours in words. */
const counts = ({ pass, fail, unknown, waived }: CheckResult['summary']): string =>
  `${pass} passed (green), ${fail} failed (red), ${unknown} unknown (yellow), ${waived} waived (blue)`

function overview(check: CheckResult): Markup {
  const { members, apiservers, sources } = check.target
  const about = [
    ['Members', members.join(', ') || 'none found'],
    ['API servers', apiservers.join(', ') || 'none found'],
    ['Looked at', sources.join(', ') || 'nothing'],
    ['Findings', counts(check.summary)],
    ['When', check.startedAt],
  ]
  return markup`<div class="card overview">${donut(check.summary)}${severityBars(check.findings)}
<dl>${about.map(([name = '', value = '']) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl></div>`
}

export const html = (check: CheckResult, controls: readonly Control[]): string =>
  page(
    'etcd security check',
    [
      markup`<h1>etcd security check</h1><p class="verdict ${tone(check)}">${verdictLine(check)}</p>`,
      overview(check),
      changes(check),
      failures(check, controls),
      unknowns(check),
      waivers(check),
      troubles(check),
      settled(check),
    ],
    check.finishedAt,
  )
