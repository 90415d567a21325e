import { resolve } from 'node:path'
import { diffs } from '../../harden/diff.ts'
import { runDemo, succeeded } from '../../lab/demo/run-demo.ts'
import { controls } from '../../posture/controls/index.ts'
import { demoStory, demoText, planIntroduction } from '../../report/demo-text.ts'
import { comparisonHtml } from '../../report/html/comparison-page.ts'
import { diffText } from '../../report/diff-text.ts'
import { defineCommand } from '../command.ts'

export default defineCommand({
  summary: 'Shows the whole of it on a real cluster of its own: see through it, close it, prove it',
  description:
    'Starts three etcd members in a temporary directory, wide open behind a full set of TLS flags; reads a Secret without a credential; checks; hardens member by member while a client keeps writing; checks again. Nothing of this machine is changed, and nothing is left behind but the report.',
  examples: [{ run: 'demo', what: 'takes under two minutes' }],
  flags: {
    report: {
      type: 'string',
      value: 'FILE',
      help: 'where the HTML report goes',
      default: 'etcdkeep-report.html',
    },
  },
  async run({ flags }, context) {
    const { ports, progress, signal, terminal } = context
    progress.step('looking for etcd')
    const binaries = await ports.etcdBinaries({ signal, progress: (line) => progress.note(line) })
    const binary = binaries.find(({ source }) => source === 'PATH') ?? binaries.at(-1)
    if (!binary) throw new Error('etcdBinaries gave none')
    const result = await runDemo(ports, {
      binary,
      progress,
      signal,
      onPlan(plan) {
        const [first, ...more] = diffs(plan)
        context.show(planIntroduction(plan, more.length))
        if (first) context.show(diffText(first.patch, terminal))
      },
    })
    const report = resolve(flags.report)
    const page = comparisonHtml(
      { ...demoStory(result), before: result.before, after: result.after },
      controls,
    )
    await ports.files.write(report, page, { mode: 0o600 })
    return { ...result, report, succeeded: succeeded(result) }
  },
  text: (result, terminal) => demoText(result, terminal),
  exit: (result) => (result.succeeded ? 0 : 1),
})
