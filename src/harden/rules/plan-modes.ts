// Takes away permissions that a file or directory should not give. Pure.
import type { ModeStep } from '../model.ts'
import type { PlanInput } from './plan-input.ts'
import { MODES } from './repairs.ts'

export function modeSteps(input: PlanInput): readonly ModeStep[] {
  const steps = new Map<string, ModeStep>()
  for (const { control, verdict, subject } of input.findings) {
    const most = MODES[control]
    const before = input.modes.get(subject.name)
    if (verdict !== 'fail' || most === undefined || before === undefined) continue
    const known = steps.get(subject.name)?.after ?? before
    const after = known & most
    if (after !== before)
      steps.set(subject.name, {
        kind: 'mode',
        title: `chmod ${after.toString(8).padStart(4, '0')} ${subject.name}`,
        path: subject.name,
        before,
        after,
      })
  }
  return [...steps.values()]
}
