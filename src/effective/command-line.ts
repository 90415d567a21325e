// Finds the program in a command line: behind shells, wrappers and hyperkube.
import { posix } from 'node:path'
import type { Environment } from './environment.ts'
import type { Program } from './model.ts'
import { shellCommands } from './shell-words.ts'

export interface CommandLine {
  readonly program: Program
  /** Behind the program's own name. */
  readonly argv: readonly string[]
  readonly environment: Environment
}

const SHELLS = /^(sh|bash|dash|ash|busybox|ksh|zsh)$/
const WRAPPERS =
  /^(exec|command|env|nohup|nice|ionice|chrt|taskset|numactl|timeout|time|tini|dumb-init|catatonit|gosu|su-exec|setpriv|sudo|go-runner|kube-go-runner|stdbuf|ld-linux.*|then|do|else|\{|!)$/
const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/
/** Forms of etcd that are no member. */
const NO_MEMBER = new Set([
  'gateway',
  'grpc-proxy',
  'help',
  '--version',
  '-version',
  '-h',
  '--help',
])

/** The program that a file name stands for. */
export function programOf(path: string): Program | undefined {
  const name = posix.basename(path)
  if (/^etcd(-v?\d[\w.-]*)?$/.test(name)) return 'etcd'
  return /^(kube-)?apiserver$/.test(name) ? 'kube-apiserver' : undefined
}

const override = (environment: Environment, name: string, value: string): Environment => [
  [name, value],
  ...environment.filter(([one]) => one !== name),
]

function inScript(argv: readonly string[], environment: Environment): CommandLine | undefined {
  const at = argv.findIndex((word, index) => index > 0 && /^-[a-z]*c[a-z]*$/.test(word))
  const script = at < 0 ? undefined : argv[at + 1]
  if (script === undefined) return undefined
  let known = environment
  const variables = {
    get: (name: string) => known.find(([one]) => one === name)?.[1],
    parameters: argv.slice(at + 3),
  }
  // Each command is read with what the ones before it assigned.
  for (let index = 0; ; index += 1) {
    const words = shellCommands(script, variables)[index]
    if (!words) return undefined
    const found = findProgram(words, known)
    if (found) return found
    const assigned = words[0] === 'export' ? words.slice(1) : words
    const pairs = assigned.map((word) => ASSIGNMENT.exec(word))
    if (pairs.every((pair) => pair !== null))
      for (const [, name = '', value = ''] of pairs) known = override(known, name, value)
  }
}

/** The program that a command line ends in, with the environment it adds; undefined where it is neither of ours. */
export function findProgram(
  words: readonly string[],
  environment: Environment,
): CommandLine | undefined {
  let known = environment
  let wrapped = false
  for (const [index, word] of words.entries()) {
    const name = posix.basename(word)
    const argv = words.slice(index + 1)
    const program = programOf(word)
    if (program) {
      if (program === 'etcd' && NO_MEMBER.has(argv[0] ?? '')) return undefined
      return { program, argv, environment: known }
    }
    const assignment = ASSIGNMENT.exec(word)
    if (assignment) known = override(known, assignment[1] ?? '', assignment[2] ?? '')
    else if (SHELLS.test(name)) return inScript(words.slice(index), known)
    else if (name === 'hyperkube' || WRAPPERS.test(name)) wrapped = true
    else if (!wrapped) return undefined
  }
  return undefined
}
