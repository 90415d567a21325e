import { hostPath, type Launch } from './model.ts'

export interface Drift {
  readonly setting: string
  readonly declared: string
  readonly running: string
}

/** Read only when a member is made, or about where settings come from and not what they are. */
const WITHOUT_EFFECT =
  /^(initial-cluster|initial-cluster-state|initial-cluster-token|discovery.*|config-file|version|log-.*|logger)$/
const PATH = /(^|-)(cert-?file|key-?file|ca-?file|crl-file|dir|file)$/
const LIST = /-(urls|servers)$/

const urlSet = (text: string) =>
  text
    .split(',')
    .map((url) => url.trim().replace(/\/$/, ''))
    .toSorted()
    .join(',')

function same(name: string, declared: Launch, running: Launch): boolean {
  const [left, right] = [valueIn(declared, name), valueIn(running, name)]
  if (left === right || (LIST.test(name) && urlSet(left) === urlSet(right))) return true
  if (!PATH.test(name) || left === '' || right === '') return false
  if (!left.startsWith('/')) return right.endsWith(`/${left.replace(/^\.\//, '')}`)
  return hostPath(declared, left) === hostPath(running, right)
}

const valueIn = (launch: Launch, name: string): string => launch.settings[name]?.value ?? ''

/** Settings in which a process is not what its manifest or unit declares. */
export const drift = (declared: Launch, running: Launch): readonly Drift[] =>
  [...new Set([...Object.keys(declared.settings), ...Object.keys(running.settings)])]
    .toSorted()
    .filter((name) => !WITHOUT_EFFECT.test(name) && !same(name, declared, running))
    .map((setting) => ({
      setting,
      declared: valueIn(declared, setting),
      running: valueIn(running, setting),
    }))
