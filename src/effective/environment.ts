// ETCD_* variables as etcd reads them: for every flag not given, and fatal beside the flag of the same setting.
import { nearest } from '../core/nearest.ts'
import { ETCD_FLAGS } from './etcd-flags.ts'
import type { Problem } from './model.ts'
import { showableName } from './secrecy.ts'

export type Environment = readonly (readonly [name: string, value: string])[]

export const variableOf = (flag: string): string =>
  `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`

const FLAG_OF = new Map([...ETCD_FLAGS.keys()].map((flag) => [variableOf(flag), flag]))

/** Whether etcd reads a setting from it; what etcd does not know may be a secret of somebody else. */
export const isEtcdVariable = (name: string): boolean => FLAG_OF.has(name)

/** The first of several variables of one name, as getenv(3) has it. */
export const variable = (environment: Environment, name: string): string | undefined =>
  environment.find(([one]) => one === name)?.[1]

const PREFIX = 'ETCD_'

/** Kubernetes injects these for a Service named etcd; etcd itself reads the last one from elsewhere. */
const HARMLESS = /^ETCD_(SERVICE_|PORT(_|$)|UNSUPPORTED_ARCH$)/

/** A misspelt one: the prefix that all have makes none of them alike. */
function nearestVariable(name: string): string | undefined {
  const word = name.slice(PREFIX.length)
  const words = [...FLAG_OF.keys()].map((one) => one.slice(PREFIX.length))
  // Scripts and images bring variables of their own: ETCD_HOME means no ETCD_NAME.
  const close = nearest(word, words, Math.max(1, Math.floor(word.length / 6)))
  return close === undefined ? undefined : `${PREFIX}${close}`
}

function unknown(name: string): Problem | undefined {
  const close = HARMLESS.test(name) ? undefined : nearestVariable(name)
  if (close === undefined) return undefined
  return {
    code: 'unknown-environment',
    fatal: false,
    setting: showableName(name),
    message: `etcd ignores the variable ${showableName(name)}; ${close} is the one it knows`,
  }
}

/** What the environment sets beside flags already `given`, by flag name. */
export function readEnvironment(
  environment: Environment,
  given: ReadonlySet<string>,
): { readonly values: ReadonlyMap<string, string>; readonly problems: readonly Problem[] } {
  const values = new Map<string, string>()
  const problems: Problem[] = []
  for (const [name, value] of environment) {
    if (!name.startsWith('ETCD_')) continue
    const flag = FLAG_OF.get(name)
    if (flag === undefined) {
      const problem = unknown(name)
      if (problem) problems.push(problem)
    } else if (given.has(flag))
      problems.push({
        code: 'conflict',
        fatal: true,
        setting: flag,
        message: `--${flag} and ${name} are both given: etcd refuses to start`,
      })
    else if (value !== '' && !values.has(flag)) values.set(flag, value)
  }
  return { values, problems }
}
