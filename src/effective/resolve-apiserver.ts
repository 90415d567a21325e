// The effective configuration of a kube-apiserver: flags alone, as pflag reads them.
import { posix } from 'node:path'
import type { Fact } from '../core/fact.ts'
import { parseBool, type GivenFlag } from './go-flags.ts'
import { misplaced } from './misplaced.ts'
import type { Launch } from './model.ts'
import { isPflagBoolean, isPflagList, parsePflags } from './pflag.ts'
import { showableName } from './secrecy.ts'
import { Effect, type Start } from './start.ts'
import { isUnresolved } from './unresolved.ts'

/** Defaults that a judgement rests on; each the same in every version still in use. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'anonymous-auth': 'true',
  'authorization-mode': 'AlwaysAllow',
  'etcd-prefix': '/registry',
  profiling: 'true',
  'secure-port': '6443',
  'bind-address': '0.0.0.0',
  'encryption-provider-config-automatic-reload': 'false',
}

const PATH = /(file|-dir|-config)$/

const canonical = (name: string, value: string) =>
  isPflagBoolean(name) ? String(parseBool(value) ?? value) : value

function take(effect: Effect, { name, value }: GivenFlag, values: Map<string, string>): void {
  const shown = showableName(name)
  if (isUnresolved(name)) {
    effect.unreadable('a flag is only known to the running system')
    return
  }
  const owner = misplaced('kube-apiserver', name)
  if (owner)
    effect.problem(
      'misplaced-flag',
      shown,
      `--${shown} belongs to ${owner}: kube-apiserver refuses to start`,
    )
  else if (value === undefined) effect.problem('bad-value', shown, `--${shown} lacks its value`)
  else if (isPflagBoolean(name) && parseBool(value) === undefined && !isUnresolved(value))
    effect.problem('bad-value', shown, `--${shown} is neither true nor false`)
  else {
    const before = values.get(name)
    const list = isPflagList(name)
    if (before !== undefined && !list && canonical(name, before) !== canonical(name, value))
      effect.problem(
        'repeated-flag',
        shown,
        `--${shown} is given more than once; the last one counts`,
        false,
      )
    values.set(name, list && before !== undefined ? `${before},${value}` : value)
  }
}

/** What a kube-apiserver started like this runs with; missing where something that could change it cannot be read. */
export function resolveApiserver(start: Start): Fact<Launch> {
  const effect = new Effect(start)
  const parsed = parsePflags(start.argv)
  const values = new Map<string, string>()
  for (const flag of parsed.flags) take(effect, flag, values)
  if (parsed.rest.some(isUnresolved))
    effect.unreadable('an argument is only known to the running system')
  else if (parsed.rest.length > 0)
    effect.problem(
      'stray-argument',
      'argument',
      'an argument belongs to no flag: kube-apiserver refuses to start',
    )
  for (const [name, value] of values) {
    if (!/^[a-z][a-z0-9.-]*$/.test(name)) continue
    const from = start.workingDirectory
    const relative = PATH.test(name) && from !== '' && value !== '' && !value.startsWith('/')
    effect.set(name, relative ? posix.join(from, value) : canonical(name, value), 'flag')
  }
  const origin = { layer: start.layer, source: 'default', kind: 'default' } as const
  for (const [name, value] of Object.entries(DEFAULTS)) effect.settings[name] ??= { value, origin }
  return effect.launch({ name: start.name ?? 'kube-apiserver' })
}
