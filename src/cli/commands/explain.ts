import { KeepError } from '../../core/error.ts'
import { didYouMean } from '../../core/nearest.ts'
import { AREAS, type Control } from '../../posture/control.ts'
import { controls } from '../../posture/controls/index.ts'
import { controlText, listText } from '../../report/explanation.ts'
import { defineCommand } from '../command.ts'

/** A control without its code. */
const told = (control: Control) => {
  const { id, title, severity, area, rationale, remediation, references, needs } = control
  const examples = control.examples.map(({ name, expect }) => ({ name, expect }))
  return { id, title, severity, area, rationale, remediation, references, needs, examples }
}

export type Explanation = ReturnType<typeof told>

function find(id: string): Control {
  const control = controls.find((one) => one.id === id)
  if (control) return control
  const ids = controls.map((one) => one.id)
  throw new KeepError('usage', 'check.unknown-control', `there is no control ${id}`, {
    hint: didYouMean(id, ids, 'etcdkeep explain lists the controls'),
  })
}

const byArea = controls.toSorted((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area))

export default defineCommand({
  summary: 'What a control looks for, why it matters and how to repair it',
  examples: [
    { run: 'explain', what: 'every control, by area' },
    { run: 'explain auto-tls-off', what: 'one control in full' },
    { run: 'explain -o json', what: 'all of them, for machines' },
  ],
  flags: {},
  positionals: [{ name: 'CONTROL', help: 'ids of controls; none lists them all', repeated: true }],
  async run({ positionals }) {
    const chosen = positionals.length === 0 ? byArea : positionals.map(find)
    return {
      schema: 'etcdkeep.controls/v1' as const,
      inFull: positionals.length > 0,
      controls: chosen.map(told),
    }
  },
  text: (result, terminal) =>
    result.inFull
      ? result.controls.map((one) => controlText(one, terminal)).join('\n\n')
      : listText(result.controls, terminal),
})
