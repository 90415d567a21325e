// kube-apiserver is judged by what its process and its manifest say: the worst of both counts.
import type { Evidence } from '../../core/finding.ts'
import { missing, valueOf } from '../../core/fact.ts'
import type { Launch } from '../../effective/model.ts'
import { fail, type Judgement, type Look, pass } from '../control.ts'
import type { AccessConfig } from '../facts/apiserver.ts'
import type { Apiserver } from '../observation.ts'

/** The process first. Ends the judgement as `unknown` where neither could be read. */
export function launchesOf(apiserver: Apiserver, { need }: Look): readonly [Launch, ...Launch[]] {
  const [first, ...rest] = [valueOf(apiserver.running), valueOf(apiserver.declared)].filter(
    (one) => one !== undefined,
  )
  return [
    first ??
      need<Launch>(
        missing('neither its process nor its manifest could be read', 'run on its host as root'),
      ),
    ...rest,
  ]
}

/** What the files say that this launch names. */
export const accessOf = (apiserver: Apiserver, { layer }: Launch): AccessConfig | undefined =>
  (layer === 'declared' ? apiserver.declaredFiles?.access : undefined) ?? apiserver.access

/** `--name=value` as this launch has it. */
export function said(launch: Launch, name: string): Evidence {
  const value = launch.settings[name]?.value
  return {
    source: launch.source,
    observed: value === undefined ? `--${name} is not given` : `--${name}=${value}`,
    layer: launch.layer,
  }
}

/** Fails with the first complaint of any launch; passes with what each launch says of the flags. */
export function judgeLaunches(
  launches: readonly [Launch, ...Launch[]],
  flags: readonly [string, ...string[]],
  complaint: (launch: Launch) => string | undefined,
  fine: string,
): Judgement {
  for (const launch of launches) {
    const wrong = complaint(launch)
    const [flag, ...more] = flags
    if (wrong !== undefined)
      return fail(wrong, [said(launch, flag), ...more.map((name) => said(launch, name))])
  }
  const [first, ...rest] = launches
  const [flag, ...more] = flags
  return pass(
    fine,
    said(first, flag),
    ...more.map((name) => said(first, name)),
    ...rest.flatMap((launch) => flags.map((name) => said(launch, name))),
  )
}
