// The order in which the cluster keeps answering. Pure.
import type { CaStep, CertificateStep, RestartStep, Step, TrimStep } from '../model.ts'

/** What one member's or API server's planning came to. */
export interface Part {
  readonly certificates: readonly CertificateStep[]
  readonly restart?: RestartStep
}

export const trimSteps = (paths: readonly string[]): readonly TrimStep[] =>
  paths.map((path) => ({ kind: 'trim', title: `forget the older CA in ${path}`, path }))

/** Everything that only adds files, then the restarts; an API server moves before the last of the members does. */
export function inOrder(
  cas: readonly CaStep[],
  members: readonly Part[],
  apiservers: readonly Part[],
  own: readonly CertificateStep[],
  last: readonly Step[],
): readonly Step[] {
  const restarts = members.map((part) => part.restart).filter((step) => step !== undefined)
  const pointers = apiservers.map((part) => part.restart).filter((step) => step !== undefined)
  const certificates = [...members, ...apiservers].flatMap((part) => part.certificates)
  const before = restarts.length > 1 ? restarts.slice(0, -1) : restarts
  const trims = cas.some((ca) => ca.crossBy)
    ? trimSteps(
        certificates
          .filter(({ ca }) => cas.some((one) => one.crossBy && one.place.key === ca.key))
          .map(({ place }) => place.certificate),
      )
    : []
  return [
    ...cas,
    ...own,
    ...certificates,
    ...before,
    ...pointers,
    ...restarts.slice(before.length),
    ...trims,
    ...last,
  ]
}
