// Where a process may listen whose environment cannot be read: its defaults are no door of it where another has them.
import { urls, type Launch } from '../../effective/model.ts'
import type { FoundLaunch } from './found-launch.ts'

const URLS = /^(listen|advertise|initial-advertise)-.*urls$/

/** Ports of every listening URL: a default is loopback's, and another's wildcard has it too. */
const portsOf = (launch: Launch): readonly string[] =>
  Object.keys(launch.settings)
    .filter((flag) => flag.startsWith('listen-') && URLS.test(flag))
    .flatMap((flag) => urls(launch, flag))
    .flatMap((url) => URL.parse(url)?.port ?? [])

function withoutDefaults(launch: Launch, taken: ReadonlySet<string>): Launch {
  const settings = Object.entries(launch.settings).filter(
    ([flag, { origin }]) =>
      !URLS.test(flag) ||
      origin.kind !== 'default' ||
      !urls(launch, flag).some((url) => taken.has(URL.parse(url)?.port ?? '')),
  )
  return { ...launch, settings: Object.fromEntries(settings) }
}

/** Visible launches without the default URLs whose port another process of these may have. */
export const withoutContested = (found: readonly FoundLaunch[]): readonly FoundLaunch[] =>
  found.map((one) => {
    if (!one.visible) return one
    const others = found.filter((other) => other !== one && other.program === 'etcd')
    const launches = others.flatMap(({ launch, visible }) =>
      launch.known ? launch.value : (visible ?? []),
    )
    return { ...one, visible: withoutDefaults(one.visible, new Set(launches.flatMap(portsOf))) }
  })
