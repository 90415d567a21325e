// Changes how systemd starts a program: one drop-in, the unit's own files stay as they are.
import { posix } from 'node:path'
import { KeepError } from '../core/error.ts'
import { programOf } from '../effective/command-line.ts'
import { isEtcdVariable, variableOf, type Environment } from '../effective/environment.ts'
import type { Program } from '../effective/model.ts'
import { rawUnitWords, resolveSpecifiers, type UnitNames } from '../effective/unit-words.ts'
import { EXEC_PREFIX, expandUnitWords, parseUnit } from '../effective/unit.ts'
import { isUnresolved } from '../effective/unresolved.ts'
import { withoutUnset, type UnitFiles } from '../posture/gather/unit-files.ts'
import type { FileChange, FlagChanges, UnitStep } from './model.ts'
import { changeCommand, type UnitItem } from './unit-command.ts'

export type EditedUnit = Pick<UnitStep, 'unit' | 'dropIn' | 'argv' | 'argvBefore' | 'environment'>

const refuse = (message: string): KeepError =>
  new KeepError('config', 'harden.unit', message, {
    hint: 'Change this unit by hand: systemctl edit; `etcdkeep explain` says what to change.',
  })

/** systemd reads drop-ins in the order of their names: the second is for units whose own ones come later. */
const NAMES = ['10-etcdkeep.conf', 'zz-etcdkeep.conf']

interface Command {
  /** `-`, `@`, `+` and their like, with the program's word. */
  readonly program: string
  readonly path: string
  readonly items: readonly UnitItem[]
}

function commandOf(files: UnitFiles, variables: Environment, program: Program): Command {
  const { name, unit } = files
  if (name.includes('@.')) throw refuse(`${name} is a template: nothing says which instances run`)
  const [command, ...more] = unit.commands
  if (command === undefined || more.length > 0)
    throw refuse(`${name} has ${unit.commands.length} commands in ExecStart=`)
  const prefix = EXEC_PREFIX.exec(command)?.[0] ?? ''
  if (prefix.includes('@')) throw refuse(`${name} starts its program under another name (@)`)
  const names = { unit: name, host: files.host }
  const items = rawUnitWords(command.slice(prefix.length)).map(({ raw, text }) => ({
    raw,
    words: expandUnitWords([resolveSpecifiers(text, names)], variables),
  }))
  const [first, ...rest] = items
  const [path] = first?.words ?? []
  if (!first || path === undefined || programOf(path) !== program)
    throw refuse(`${name} starts ${program} through ${path ?? 'nothing'}`)
  if (items.some(({ words }) => words.some(isUnresolved)))
    throw refuse(`an argument in ${name} is only known to the running system`)
  return { program: `${prefix}${first.raw}`, path, items: rest }
}

const compose = (
  { name, files }: UnitFiles,
  unset: readonly string[],
  words: readonly string[],
): string =>
  [
    `# Written by etcdkeep harden: another command for ${name} (${files[0]?.path ?? ''}).`,
    '# To have the old one back: remove this file, systemctl daemon-reload, systemctl restart.',
    '[Service]',
    ...(unset.length > 0 ? [`UnsetEnvironment=${unset.join(' ')}`] : []),
    'ExecStart=',
    `ExecStart=${words.join(' \\\n  ')}`,
    '',
  ].join('\n')

/** What systemd makes of the unit once the drop-in lies there. */
function reread({ files, host, name }: UnitFiles, path: string, text: string, given: Environment) {
  const names: UnitNames = { unit: name, host }
  const [own, ...dropIns] = files
  const file = (one: string) => posix.basename(one)
  const others = dropIns.filter((one) => file(one.path) !== file(path))
  const sorted = [...others, { path, text }].toSorted((a, b) =>
    file(a.path) < file(b.path) ? -1 : 1,
  )
  const unit = parseUnit([own?.text ?? '', ...sorted.map((one) => one.text)], names)
  const variables = withoutUnset(given, unit.unset)
  return { argv: expandUnitWords(unit.execStart, variables), variables }
}

const ownOf = ({ files }: UnitFiles, path: string) => files.find((one) => one.path === path)?.text

/**
 * The drop-in that makes `program` start with the flags changed; no drop-in where that changes nothing. Variables
 * that stand for a changed flag are taken away: etcd refuses to start with both. Throws `config` where it cannot be
 * done safely.
 */
export function editUnit(files: UnitFiles, program: Program, flags: FlagChanges): EditedUnit {
  if (!files.environment.known) throw refuse(`${files.name}: ${files.environment.why}`)
  const given = files.environment.value
  const variables = withoutUnset(given, files.unit.unset)
  const command = commandOf(files, variables, program)
  const has = new Set(variables.map(([name]) => name))
  const names = program === 'etcd' ? Object.keys(flags).map(variableOf) : []
  const gone = names.filter((name) => has.has(name))
  const { argv, words } = changeCommand(command.items, flags, new Set(gone))
  const before = [command.path, ...command.items.flatMap((item) => item.words)]
  const wanted = [command.path, ...argv]
  const base = { unit: files.name, argvBefore: before, argv: wanted }
  if (before.join('\0') === wanted.join('\0') && gone.length === 0)
    return { ...base, environment: read(variables) }
  for (const one of NAMES) {
    const path = `/etc/systemd/system/${files.name}.d/${one}`
    const old = ownOf(files, path)
    const unset = [...new Set([...unsetBy(files, old), ...gone])]
    const after = compose(files, unset, [command.program, ...words])
    const result = reread(files, path, after, given)
    if (result.argv.join('\0') !== wanted.join('\0')) continue
    const dropIn: FileChange = {
      path,
      after,
      mode: 0o644,
      ...(old !== undefined && { before: old }),
    }
    return { ...base, dropIn, environment: read(result.variables) }
  }
  throw refuse(`a later drop-in of ${files.name} sets its command`)
}

/** What an earlier drop-in of ours took away stays away. */
const unsetBy = ({ host, name }: UnitFiles, text: string | undefined): readonly string[] =>
  text === undefined ? [] : parseUnit([text], { unit: name, host }).unset

const read = (variables: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(variables.filter(([name]) => isEtcdVariable(name)))
