// Findings and facts in, steps out: certificates first, then one member after the other, modes last. Pure.
import type { Plan, Step } from '../model.ts'
import { accessOf, authorities, toolCertificate } from './authorities.ts'
import { caOf, moves, type Door } from './doors.ts'
import { inOrder, trimSteps } from './order-steps.ts'
import { leftOver, repairsOf } from './outcome.ts'
import { movedUrls, planApiservers } from './plan-apiservers.ts'
import type { PlanInput } from './plan-input.ts'
import { planMembers } from './plan-members.ts'
import { modeSteps } from './plan-modes.ts'
import { targetsOf } from './targets.ts'

const WARNINGS = [
  'Clients that dial http:// lose a member when its door closes: give each https endpoints and a certificate of the new CA first (API servers on this machine are done here).',
  'While a member restarts, requests to it fail over; a client that does not retry sees those few fail.',
]

/** Where nobody restarts units for us, the run stops after each: a person has to. */
function warnings(input: PlanInput, steps: readonly Step[], moves: boolean): readonly string[] {
  const units = steps.flatMap((step) => (step.kind === 'unit' && step.runs ? [step.unit] : []))
  if (units.length === 0 || input.supervised) return moves ? WARNINGS : []
  return [
    ...(moves ? WARNINGS : []),
    `systemd does not run here: harden stops after each of ${units.join(', ')} and says what to run; run harden again then, and it goes on.`,
  ]
}

export function planSteps(input: PlanInput): Plan {
  const targets = targetsOf(input)
  const way = (door: Door) =>
    moves(targets, door, input.ownDoors.has(door)).map((move) =>
      move === 'new-ca' && !input.mayMakeCa ? 'manual' : move,
    )
  const ways = { client: way('client'), peer: way('peer') }
  const newCa = { client: ways.client.includes('new-ca'), peer: ways.peer.includes('new-ca') }
  const cas = {
    client: caOf(input.caDirectory, 'client'),
    peer: caOf(input.caDirectory, 'peer'),
  }
  const members = planMembers(input, targets, ways, cas)
  const moved = movedUrls(targets, ways)
  const apiservers = planApiservers(input, moved, cas, newCa.client)
  const steps = inOrder(
    authorities(input, targets, newCa),
    members.parts,
    apiservers.parts,
    toolCertificate(cas.client, input, newCa.client),
    [...trimSteps(ways.peer.includes('manual') ? [] : input.linked), ...modeSteps(input)],
  )
  const repairs = repairsOf(input, steps)
  const manual = [...members.manual, ...apiservers.manual]
  return {
    schema: 'etcdkeep.harden-plan/v1',
    steps,
    manual: [...manual, ...leftOver(input, repairs, manual)],
    repairs,
    warnings: warnings(input, steps, moved.size > 0),
    access: accessOf(input, targets, cas.client, newCa.client),
  }
}
