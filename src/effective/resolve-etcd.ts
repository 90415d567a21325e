// The effective configuration of an etcd: what it really runs with, from all that it was given.
import { posix } from 'node:path'
import type { Fact } from '../core/fact.ts'
import { nearest } from '../core/nearest.ts'
import { parseConfigFile } from './config-file.ts'
import { conflictsOf } from './conflicts.ts'
import { type Environment, readEnvironment, variable } from './environment.ts'
import { ETCD_FLAGS, kindOfEtcdFlag, RENAMED } from './etcd-flags.ts'
import { readsVersionVariable, refusedBy } from './flag-version.ts'
import { parseBool, parseGoFlags, type GivenFlag, type GivenFlags } from './go-flags.ts'
import type { Launch, Origin } from './model.ts'
import { misplaced } from './misplaced.ts'
import { showableName } from './secrecy.ts'
import { Effect, type ReadText, type Start } from './start.ts'
import { isUnresolved } from './unresolved.ts'
import { wrongWith } from './values.ts'

/** Settings that name a file or directory: relative ones start at the working directory. */
const PATH = /(^|-)(file|dir)$|^discovery-(cert|key|cacert)$/

const canonical = (name: string, value: string) =>
  kindOfEtcdFlag(name) === 'bool' ? String(parseBool(value) ?? value) : value

function unknownFlag(effect: Effect, name: string): void {
  const shown = showableName(name)
  const owner = misplaced('etcd', name)
  if (owner) {
    effect.problem('misplaced-flag', shown, `--${shown} belongs to ${owner}: etcd refuses to start`)
    return
  }
  const close = nearest(name, [...ETCD_FLAGS.keys()])
  const hint = close === undefined ? '' : `, did you mean --${close}?`
  effect.problem('unknown-flag', shown, `etcd knows no flag --${shown} and refuses to start${hint}`)
}

/** The last value of each known flag. */
function lastValues(effect: Effect, flags: readonly GivenFlag[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { name, value, known } of flags) {
    if (isUnresolved(name)) effect.unreadable('a flag is only known to the running system')
    else if (!known) unknownFlag(effect, name)
    else if (refusedBy(effect.start.image, name) !== undefined)
      effect.problem(
        'unknown-flag',
        name,
        `--${name} ${refusedBy(effect.start.image, name)}: the etcd of this image refuses to start`,
      )
    else if (value === undefined) effect.problem('bad-value', name, `--${name} lacks its value`)
    else {
      const before = values.get(name)
      if (before !== undefined && canonical(name, before) !== canonical(name, value))
        effect.problem(
          'repeated-flag',
          name,
          `--${name} is given more than once; the last one counts`,
          false,
        )
      values.set(name, value)
    }
  }
  return values
}

function stray(effect: Effect, { rest, behind }: GivenFlags): void {
  const [first] = rest
  if (first === undefined) return
  if (isUnresolved(first)) {
    effect.unreadable('an argument is only known to the running system')
    return
  }
  const after = behind === undefined ? '' : ` behind --${showableName(behind)}`
  effect.problem(
    'stray-argument',
    behind === undefined ? 'argument' : showableName(behind),
    `an argument${after} belongs to no flag: etcd reads nothing after it and refuses to start`,
  )
}

function setAll(effect: Effect, values: ReadonlyMap<string, string>, kind: Origin['kind']): void {
  for (const [name, value] of values) {
    const wrong = wrongWith(name, value)
    const given = kind === 'environment' ? 'the variable of ' : ''
    if (wrong !== undefined) effect.problem('bad-value', name, `${given}--${name} ${wrong}`)
    effect.set(name, canonical(name, value), kind)
  }
}

interface Beside {
  /** Flags and variables that the file replaces. */
  readonly given: ReadonlyMap<string, string>
  readonly beside: Environment
  readonly read: ReadText
}

/** Settings that guard a door: an image's or a unit's defaults for the rest do no harm beside a file. */
const GUARDS = /cert|key-file|trusted-ca|crl|tls|cipher|allowed|whitelist|^cors$|^listen-/

async function fromFile(
  effect: Effect,
  path: string,
  { given, beside, read }: Beside,
): Promise<void> {
  const full = path.startsWith('/') ? path : posix.join(effect.start.workingDirectory || '/', path)
  const text = await read(full)
  if (!text.known) {
    effect.unreadable(`its configuration file ${text.why}`, text.access)
    return
  }
  const { settings, problems } = parseConfigFile(text.value)
  effect.problems.push(...problems)
  for (const [name, value] of Object.entries(settings)) {
    const wrong = wrongWith(name, value)
    if (wrong !== undefined) effect.problem('bad-value', name, `${name} ${wrong}`)
    effect.set(name, canonical(name, value), 'config-file', `config file ${full}`)
  }
  effect.set('config-file', full, 'config-file')
  for (const [name, value] of given)
    if (
      name !== 'config-file' &&
      canonical(name, value) !== (settings[name] ?? ETCD_FLAGS.get(name)?.byDefault)
    )
      effect.problem(
        'overridden',
        name,
        `--${name} is ignored: the configuration file replaces every flag`,
        false,
      )
  for (const [name, value] of readEnvironment(beside, new Set()).values)
    if (
      GUARDS.test(name) &&
      canonical(name, value) !== (settings[name] ?? ETCD_FLAGS.get(name)?.byDefault)
    )
      effect.problem(
        'overridden',
        name,
        `the variable of --${name} is ignored: the configuration file replaces the environment`,
        false,
      )
}

/** Defaults, the newer names of renamed settings, and absolute paths where the working directory is known. */
function complete(effect: Effect): void {
  const { settings } = effect
  for (const name of RENAMED) {
    const old = settings[`experimental-${name}`]
    if (old && !settings[name]) settings[name] = old
  }
  const origin: Origin = { layer: effect.start.layer, source: 'default', kind: 'default' }
  for (const [name, { byDefault }] of ETCD_FLAGS) settings[name] ??= { value: byDefault, origin }
  const directory = settings['data-dir']
  const name = settings['name']?.value
  if (directory?.value === '') settings['data-dir'] = { ...directory, value: `${name}.etcd` }
  const from = effect.start.workingDirectory
  for (const [key, one] of Object.entries(settings))
    if (from !== '' && PATH.test(key) && one.value !== '' && !one.value.startsWith('/'))
      settings[key] = { ...one, value: posix.join(from, one.value) }
}

function pairs(effect: Effect): void {
  const given = (name: string) => (effect.settings[name]?.value ?? '') !== ''
  for (const prefix of ['', 'client-', 'peer-', 'peer-client-']) {
    const [cert, key] = [`${prefix}cert-file`, `${prefix}key-file`]
    if (given(cert) !== given(key) && !prefix.endsWith('client-'))
      effect.problem('bad-value', given(cert) ? key : cert, `--${cert} and --${key} go together`)
  }
}

/** What an etcd started like this runs with; missing where something that could change it cannot be read. */
export async function resolveEtcd(start: Start, read: ReadText): Promise<Fact<Launch>> {
  const effect = new Effect(start)
  const parsed = parseGoFlags(start.argv, kindOfEtcdFlag)
  const flags = lastValues(effect, parsed.flags)
  stray(effect, parsed)
  const environment = start.environment.known ? start.environment.value : []
  if (!start.environment.known) effect.unreadable(start.environment.why, start.environment.access)
  const file = flags.get('config-file') || variable(environment, 'ETCD_CONFIG_FILE')
  if (file) await fromFile(effect, file, { given: flags, beside: environment, read })
  else {
    setAll(effect, flags, 'flag')
    const meant = environment.filter(
      ([one]) => one !== 'ETCD_VERSION' || readsVersionVariable(start.image),
    )
    const { values, problems } = readEnvironment(meant, new Set(flags.keys()))
    setAll(effect, values, 'environment')
    effect.problems.push(...problems)
  }
  pairs(effect)
  complete(effect)
  for (const { setting, message } of conflictsOf(effect.settings))
    effect.problem('conflict', setting, message)
  const name = effect.settings['name']?.value ?? 'default'
  const configFile = file ? effect.settings['config-file']?.value : undefined
  return effect.launch({ name, ...(configFile !== undefined && { configFile }) })
}
