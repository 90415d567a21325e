// The variables of a container: etcd refuses to start with a flag and the variable of the same setting.
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import { isEtcdVariable, variableOf } from '../effective/environment.ts'

const nameOf = (entry: unknown): string => {
  const name = isMap(entry) ? entry.get('name') : undefined
  return typeof name === 'string' ? name : ''
}

/** Takes away what would stand beside the flags. */
export function dropVariables(container: YAMLMap, flags: readonly string[]): void {
  const list = container.get('env', true)
  if (!isSeq(list)) return
  const gone = new Set(flags.map(variableOf))
  list.items = list.items.filter((entry) => !gone.has(nameOf(entry)))
  if (list.items.length === 0) container.delete('env')
}

/** Those that etcd reads a setting from, where the manifest itself has the value. */
export function variablesOf(container: YAMLMap): Readonly<Record<string, string>> {
  const list = container.get('env', true)
  const entries = isSeq(list) ? list.items : []
  const pairs = entries.flatMap((entry): [string, string][] => {
    const value = isMap(entry) ? entry.get('value', true) : undefined
    const name = nameOf(entry)
    return isScalar(value) && isEtcdVariable(name) ? [[name, String(value.value)]] : []
  })
  return Object.fromEntries(pairs)
}
