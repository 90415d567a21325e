// Certificate files of kube-apiserver, launch by launch: what is wrong in one fails, what is hidden in one is unknown.
import type { Evidence } from '../../core/finding.ts'
import type { Launch } from '../../effective/model.ts'
import { fail, type Judgement, type Look, notApplicable, pass, unknown } from '../control.ts'
import type { Apiserver } from '../observation.ts'
import { launchesOf } from './apiserver-launches.ts'

export type Opinion =
  | { readonly wrong: string; readonly evidence: readonly [Evidence, ...Evidence[]] }
  | { readonly hidden: string; readonly access?: string | undefined }
  | { readonly fine: readonly [Evidence, ...Evidence[]] }
  | undefined

export function judgeFiles(
  apiserver: Apiserver,
  look: Look,
  opinion: (launch: Launch) => Opinion,
  words: { readonly good: string; readonly none: string },
): Judgement {
  const opinions = launchesOf(apiserver, look)
    .map(opinion)
    .filter((one) => one !== undefined)
  for (const one of opinions) if ('wrong' in one) return fail(one.wrong, one.evidence)
  for (const one of opinions) if ('hidden' in one) return unknown(one.hidden, one.access)
  const [first, ...rest] = opinions.flatMap((one) => ('fine' in one ? one.fine : []))
  return first ? pass(words.good, first, ...rest) : notApplicable(words.none)
}
