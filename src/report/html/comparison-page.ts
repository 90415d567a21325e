// Two checks of the same cluster side by side: what was open, and the proof that it is shut.
import type { Finding } from '../../core/finding.ts'
import type { CheckResult } from '../../posture/check-result.ts'
import type { Control } from '../../posture/control.ts'
import { grouped, subjectName, verdictLine } from '../order.ts'
import { donut } from './charts.ts'
import { tone } from './check-page.ts'
import { markup, type Markup } from './markup.ts'
import { page } from './page.ts'
import { failures, settled, unknowns } from './parts.ts'

export interface ComparisonFacts {
  readonly title: string
  /** One or two sentences on what was done. */
  readonly story: string
  /** Measured between the two checks: `requests lost` → `0`. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly before: CheckResult
  readonly after: CheckResult
}

const side = (name: string, check: CheckResult): Markup =>
  markup`<div><p class="soft">${name}</p>${donut(check.summary)}<p class="verdict ${tone(check)}">${verdictLine(check)}</p></div>`

const same = (a: Finding, b: Finding) =>
  a.control === b.control && a.subject.kind === b.subject.kind && a.subject.name === b.subject.name

function doors({ before, after }: ComparisonFacts): Markup {
  const rows = grouped(before.findings, 'fail').flatMap((group) =>
    group.findings.map((then) => {
      const now = after.findings.find((one) => same(one, then))
      const verdict = now?.verdict ?? 'not looked at'
      const style = verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'open'
      const proof = now ? `${now.summary}${now.layer === undefined ? '' : ` [${now.layer}]`}` : ''
      return markup`<tr class="${group.severity}"><td class="id">${group.control}<br><span class="soft">${subjectName(then)}</span></td><td>${then.summary}${then.layer === undefined ? '' : ` [${then.layer}]`}</td><td><b class="${style}">${verdict}</b> ${proof}</td></tr>`
    }),
  )
  return markup`<h2>Each failure, before and after</h2><div class="card"><table><thead><tr><th scope="col">Control</th><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

export const comparisonHtml = (told: ComparisonFacts, controls: readonly Control[]): string =>
  page(
    told.title,
    [
      markup`<h1>${told.title}</h1><p>${told.story}</p>`,
      markup`<div class="card pair">${side('before', told.before)}<div class="arrow" aria-hidden="true">→</div>${side('after', told.after)}</div>`,
      markup`<div class="facts">${told.facts.map(({ name, value }) => markup`<div class="fact"><b>${value}</b><span class="soft">${name}</span></div>`)}</div>`,
      doors(told),
      failures(told.after, controls),
      unknowns(told.after),
      settled(told.after),
    ],
    told.after.finishedAt,
  )
