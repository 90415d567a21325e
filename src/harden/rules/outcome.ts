// What a plan repairs, and what it leaves to a person. Pure.
import { valueOf } from '../../core/fact.ts'
import type { Finding } from '../../core/finding.ts'
import type { Launch } from '../../effective/model.ts'
import type { Manual, Plan, Step } from '../model.ts'
import { repairable } from './member-flags.ts'
import type { PlanInput } from './plan-input.ts'
import { sharedCaSteps } from './shared-ca-steps.ts'
import { unitCommands } from './unit-commands.ts'
import { CLIENT_DOOR, MODES, PEER_DOOR } from './repairs.ts'

export function repairsOf(input: PlanInput, steps: readonly Step[]): Plan['repairs'] {
  const touched = new Set(
    steps.flatMap((step) =>
      step.kind === 'mode'
        ? [step.path]
        : 'member' in step && step.member
          ? [step.member.name]
          : [],
    ),
  )
  const can = (control: string) =>
    repairable(control) || CLIENT_DOOR.has(control) || PEER_DOOR.has(control) || control in MODES
  return input.findings
    .filter((one) => one.verdict === 'fail' && touched.has(one.subject.name) && can(one.control))
    .map((one) => ({ control: one.control, subject: one.subject.name }))
}

function stepsFor(
  { control, remedy, subject }: Finding,
  launch: Launch | undefined,
  caDirectory: string,
): readonly string[] {
  const exact = subject.kind === 'member' ? sharedCaSteps(control, launch, caDirectory) : []
  if (exact.length > 0) return exact
  return [
    remedy?.summary ?? `See \`etcdkeep explain ${control}\`.`,
    ...(subject.kind === 'member' ? unitCommands(launch) : []),
  ]
}

export function leftOver(
  input: PlanInput,
  repairs: Plan['repairs'],
  manual: readonly Manual[],
): readonly Manual[] {
  const declared = (name: string) => {
    const member = input.observation.members.find((one) => one.name === name)
    return member && valueOf(member.declared)
  }
  const done = new Set([...repairs, ...manual].map((one) => `${one.control} ${one.subject}`))
  return input.findings
    .filter((one) => one.verdict === 'fail' && !done.has(`${one.control} ${one.subject.name}`))
    .map((one) => ({
      control: one.control,
      subject: one.subject.name,
      why: one.summary,
      steps: stepsFor(one, declared(one.subject.name), input.caDirectory),
    }))
}
