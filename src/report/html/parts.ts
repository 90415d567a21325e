// The pieces that report pages are made of.
import type { Finding } from '../../core/finding.ts'
import type { CheckResult } from '../../posture/check-result.ts'
import type { Control } from '../../posture/control.ts'
import { grouped, subjectName, unknownByAccess, type Group } from '../order.ts'
import { markup, NOTHING, type Markup } from './markup.ts'

const EVIDENCE = 5

const evidence = (finding: Finding): Markup =>
  finding.evidence.length === 0
    ? NOTHING
    : markup`<ul class="evidence">${finding.evidence
        .slice(0, EVIDENCE)
        .map(
          (one) =>
            markup`<li>${one.source}: ${one.observed} <span class="layer">[${one.layer}]</span></li>`,
        )}</ul>`

const subject = (finding: Finding): Markup =>
  markup`<div class="subject"><p><b>${subjectName(finding)}</b>: ${finding.summary}</p>${evidence(finding)}</div>`

function card(group: Group, control: Control | undefined): Markup {
  const [first] = group.findings
  const repair = first.remedy?.summary ?? control?.remediation
  const how = first.remedy?.automatic ? 'etcdkeep harden can repair this' : 'Repair'
  const references = first.references.map((one) => `${one.standard} ${one.id}`).join(' · ')
  return markup`<section class="card finding ${group.severity}">
<header><h3>${group.control}</h3><span class="badge">${group.severity}</span></header>
<p>${group.title}</p>
${control ? markup`<p class="soft small">${control.rationale}</p>` : NOTHING}
${group.findings.map(subject)}
${repair === undefined ? NOTHING : markup`<p class="repair small"><b>${how}:</b> ${repair}</p>`}
${references === '' ? NOTHING : markup`<p class="soft small">${references}</p>`}
</section>`
}

export function failures(check: CheckResult, controls: readonly Control[]): Markup {
  const groups = grouped(check.findings, 'fail')
  if (groups.length === 0) return NOTHING
  const find = (id: string) => controls.find((one) => one.id === id)
  return markup`<h2>Failed</h2>${groups.map((group) => card(group, find(group.control)))}`
}

const rows = (header: readonly string[], cells: readonly (readonly string[])[]): Markup =>
  markup`<table><thead><tr>${header.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead><tbody>${cells.map(
    ([id = '', ...rest]) =>
      markup`<tr><td class="id">${id}</td>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`

export function unknowns(check: CheckResult): Markup {
  const open = [...unknownByAccess(check.findings)]
  if (open.length === 0) return NOTHING
  const cells = open.flatMap(([access, findings]) =>
    findings.map((one) => [one.control, subjectName(one), one.summary, access]),
  )
  return markup`<h2>Could not be checked</h2><p class="soft small">Neither passed nor failed. Give the access named in the last column and run the check again.</p>
<div class="card">${rows(['Control', 'Subject', 'Why', 'Needs'], cells)}</div>`
}

export function waivers(check: CheckResult): Markup {
  const waived = check.findings.filter((one) => one.verdict === 'waived')
  const { expired = [], unmatched = [] } = check.waivers ?? {}
  if (waived.length + expired.length + unmatched.length === 0) return NOTHING
  const cells = [
    ...waived.map((one) => [
      one.control,
      subjectName(one),
      one.waiver?.reason ?? '',
      one.waiver?.owner ?? '',
      `until ${one.waiver?.expires}`,
    ]),
    ...expired.map((one) => [
      one.control ?? one.fingerprint,
      '',
      one.reason,
      one.owner,
      `expired ${one.expires}: waives nothing`,
    ]),
    ...unmatched.map((one) => [
      one.control ?? one.fingerprint,
      '',
      one.reason,
      one.owner,
      'no such failure',
    ]),
  ]
  return markup`<h2>Waived</h2><div class="card">${rows(['Control', 'Subject', 'Reason', 'Owner', 'State'], cells)}</div>`
}

export function settled(check: CheckResult): Markup {
  const of = (verdict: Finding['verdict'], title: string): Markup => {
    const found = check.findings.filter((one) => one.verdict === verdict)
    if (found.length === 0) return NOTHING
    const cells = found.map((one) => [one.control, subjectName(one), one.summary, one.layer ?? ''])
    return markup`<details class="card"><summary>${title} (${found.length})</summary>${rows(['Control', 'Subject', 'Seen', 'Layer'], cells)}</details>`
  }
  return markup`<h2>The rest</h2>${of('pass', 'Passed')}${of('not-applicable', 'Not applicable')}`
}

export const troubles = (check: CheckResult): Markup =>
  check.troubles.length === 0
    ? NOTHING
    : markup`<h2>Could not be read</h2><div class="card"><ul>${check.troubles.map((one) => markup`<li><code>${one.source}</code>: ${one.why}</li>`)}</ul></div>`

export function changes({ baseline }: CheckResult): Markup {
  if (!baseline) return NOTHING
  const lists = [
    ['new', baseline.new],
    ['fixed', baseline.fixed],
    ['unchanged', baseline.unchanged],
    ['out of sight', baseline.outOfSight],
  ] as const
  const cells = lists.flatMap(([state, list]) =>
    list.map((one) => [one.control, subjectName(one), state]),
  )
  return markup`<h2>Since ${baseline.startedAt}</h2><div class="card">${rows(['Control', 'Subject', 'Change'], cells)}</div>`
}
