// The little of a static pod that a runner of processes needs.
import { basename } from 'node:path'
import { parse } from 'yaml'
import { KeepError, messageOf } from '../core/error.ts'

export interface Container {
  readonly name: string
  /** The program's own name (`etcd`) and its arguments. */
  readonly program: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The version in the image's tag: `3.5.30`; absent where it has none. */
  readonly version?: string
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Text, and what YAML reads as a number or a boolean though text was meant. */
function word(value: unknown, otherwise: string): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : otherwise
}
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function readContainer(value: unknown): Container {
  if (!isRecord(value)) throw new TypeError('a container is no mapping')
  const [program, ...rest] = [...list(value['command']), ...list(value['args'])].map((one) =>
    word(one, ''),
  )
  if (program === undefined) throw new TypeError('a container has no command')
  const version = /:v?(\d+\.\d+\.\d+)/.exec(word(value['image'], ''))?.[1]
  const environment = list(value['env'])
    .filter(isRecord)
    .map((one) => [word(one['name'], ''), word(one['value'], '')] as const)
  return {
    name: word(value['name'], basename(program)),
    program: basename(program),
    arguments: rest,
    environment: Object.fromEntries(environment),
    ...(version !== undefined && { version }),
  }
}

/** The containers of a static pod; throws KeepError `config` for what the kubelet would refuse too. */
export function readPod(manifest: string): readonly Container[] {
  try {
    const pod: unknown = parse(manifest)
    if (!isRecord(pod) || pod['kind'] !== 'Pod' || !isRecord(pod['spec']))
      throw new TypeError('it is no Pod')
    return list(pod['spec']['containers']).map(readContainer)
  } catch (cause) {
    throw new KeepError('config', 'lab.manifest', messageOf(cause), {
      hint: 'the runner goes on with what it had before',
      cause,
    })
  }
}
