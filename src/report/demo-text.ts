// What the demonstration has to tell, at its start, at its end, and on its page.
import { hang, paint, type Terminal } from '../core/terminal.ts'
import type { Plan } from '../harden/model.ts'
import type { DemoResult } from '../lab/demo/run-demo.ts'
import { bySeverity, counted, grouped } from './order.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** Before the first member's diff is shown. */
export function planIntroduction(plan: Plan, more: number): string {
  const steps = counted(plan.steps.length, 'step')
  const repairs = counted(plan.repairs.length, 'finding')
  return `harden: ${steps} for ${repairs}; the first manifest${more > 0 ? ` (${more} more are alike)` : ''}:`
}

function outcomeText({ outcome }: DemoResult): string {
  if (outcome.as === 'applied') return `${counted(outcome.done.length, 'step')} applied and proven`
  return `rolled back at "${outcome.step ?? 'a step'}": ${outcome.why ?? 'no reason given'}`
}

function facts(result: DemoResult): readonly { readonly name: string; readonly value: string }[] {
  const { writes, took } = result
  return [
    { name: 'requests lost', value: String(writes.lost) },
    { name: 'writes acknowledged meanwhile', value: String(writes.acknowledged) },
    { name: 'of them sent to a second member', value: String(writes.retried) },
    { name: 'slowest write', value: seconds(writes.slowestMs) },
    { name: 'closing the cluster took', value: seconds(took.hardening) },
    { name: 'all of it took', value: seconds(took.all) },
  ]
}

const failing = (result: DemoResult, when: 'before' | 'after') =>
  result[when].findings.filter(({ verdict }) => verdict === 'fail')

function secretLine({ breakIn }: DemoResult): { before: string; after: string } {
  const [before, after] = [breakIn.before.read, breakIn.after.some(({ read }) => read)]
  return {
    before: before ? `read without a credential (${breakIn.before.detail})` : 'could not be read',
    after: after ? 'STILL READ without a credential' : 'refused on every member, http and https',
  }
}

/** Title, story and measurements of the HTML page. */
export const demoStory = (result: DemoResult) => ({
  title: 'A wide-open etcd cluster, closed while it was written to',
  story: `Three members of etcd ${result.etcd} with every TLS flag set listened on plain http. ${result.breakIn.before.key} was ${secretLine(result).before}. Then each member was closed in turn: ${outcomeText(result)}.`,
  facts: facts(result),
})

function left(result: DemoResult, terminal: Terminal): readonly string[] {
  const groups = grouped(result.after.findings, 'fail')
  const open = result.stillOpen.map((one) => paint(terminal, 'red', `  not shut: ${one}`))
  if (groups.length === 0) return open
  const lines = groups.map(({ control, severity, findings: [first] }) =>
    hang(`  ${severity} ${control}: `, first.summary, terminal.width),
  )
  return [...open, 'Left for a person to decide:', ...lines]
}

export function demoText(
  result: DemoResult & { readonly report: string; readonly succeeded: boolean },
  terminal: Terminal,
): string {
  const secret = secretLine(result)
  const row = (name: string, before: string, after: string) => [
    paint(terminal, 'bold', name),
    hang('  before  ', before, terminal.width),
    hang('  after   ', after, terminal.width),
  ]
  const score = (when: 'before' | 'after') =>
    `${bySeverity(failing(result, when)) || 'nothing'} failed, score ${result[when].summary.score} of 100`
  return [
    '',
    ...row('A Secret', secret.before, secret.after),
    ...row('check', score('before'), score('after')),
    paint(terminal, 'bold', 'harden'),
    hang('  ', outcomeText(result), terminal.width),
    ...facts(result).map(({ name, value }) => `  ${name}: ${value}`),
    ...left(result, terminal),
    '',
    result.succeeded
      ? paint(terminal, 'green', 'every door is shut, and no write was lost')
      : paint(terminal, 'red', 'the demonstration did not reach its end'),
    `report: ${result.report}`,
  ].join('\n')
}
