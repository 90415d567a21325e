// Static pod manifests as the kubelet reads them: which container runs our program, and with what.
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { whyNoYaml } from '../core/foreign-yaml.ts'
import { known, missing, type Fact } from '../core/fact.ts'
import { findProgram, programOf, type CommandLine } from './command-line.ts'
import type { Environment } from './environment.ts'
import type { Mount } from './model.ts'
import { UNRESOLVED } from './unresolved.ts'

const container = z.object({
  name: z.string().default(''),
  image: z.string().nullish(),
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  workingDir: z.string().nullish(),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().nullish(),
        valueFrom: z.unknown().optional(),
      }),
    )
    .nullish(),
  envFrom: z.array(z.unknown()).nullish(),
  volumeMounts: z
    .array(z.object({ name: z.string(), mountPath: z.string(), subPath: z.string().nullish() }))
    .nullish(),
})
type Container = z.infer<typeof container>

const pod = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ name: z.string().default('') }).default({ name: '' }),
  spec: z.object({
    containers: z.array(container),
    volumes: z
      .array(z.object({ name: z.string(), hostPath: z.object({ path: z.string() }).nullish() }))
      .nullish(),
  }),
})

export interface DeclaredContainer extends CommandLine {
  readonly pod: string
  readonly container: string
  readonly image?: string
  readonly mounts: readonly Mount[]
  readonly workingDirectory: string
}

export interface Manifest {
  /** `Pod/etcd`, or why the kubelet starts nothing from it. */
  readonly pod: Fact<string>
  readonly containers: readonly DeclaredContainer[]
}

/** `$(NAME)` as the kubelet expands it: `$$` escapes, a name it does not know stays as it is. */
export const expand = (text: string, environment: Environment): string =>
  text.replaceAll(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (environment.find(([one]) => one === name)?.[1] ?? whole),
  )

function environmentOf(one: Container): Environment {
  const values: [string, string][] = []
  for (const { name, value, valueFrom } of one.env ?? []) {
    const text = valueFrom ? UNRESOLVED : expand(value ?? '', values)
    const before = values.findIndex(([earlier]) => earlier === name)
    if (before >= 0) values.splice(before, 1)
    values.push([name, text])
  }
  return values
}

function commandLine(one: Container): CommandLine | undefined {
  const environment = environmentOf(one)
  const words = (list: readonly string[] | null | undefined) =>
    (list ?? []).map((word) => expand(word, environment))
  const image = (one.image ?? '').replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  const command = words(one.command)
  const args = words(one.args)
  const program = programOf(image)
  // Without a command the image's own starts, if it has one: images of the two are named for what they run.
  const entrypoint = program && command.length === 0 && !findProgram(args, environment)
  return findProgram([...(entrypoint ? [program] : command), ...args], environment)
}

function mountsOf(one: Container, volumes: z.infer<typeof pod>['spec']['volumes']): Mount[] {
  return (one.volumeMounts ?? []).flatMap(({ name, mountPath, subPath }) => {
    const source = volumes?.find((volume) => volume.name === name)?.hostPath?.path
    if (source === undefined) return []
    const onHost = subPath ? `${source.replace(/\/$/, '')}/${subPath}` : source
    return [{ inside: mountPath.replace(/(.)\/$/, '$1'), onHost }]
  })
}

function containersOf({ metadata, spec }: z.infer<typeof pod>): DeclaredContainer[] {
  return spec.containers.flatMap((one) => {
    const found = commandLine(one)
    if (!found) return []
    return [
      {
        ...found,
        pod: metadata.name,
        container: one.name,
        ...(one.image ? { image: one.image } : {}),
        mounts: mountsOf(one, spec.volumes),
        workingDirectory: one.workingDir ?? '',
      },
    ]
  })
}

const nothing = (why: string): Manifest => ({ pod: missing(why), containers: [] })

/** What the text of a manifest declares. Never throws. */
export function parseManifest(text: string): Manifest {
  const why = whyNoYaml(text)
  if (why !== undefined) return nothing(why)
  let values: unknown[]
  try {
    const documents = parseAllDocuments(text, {
      version: '1.1',
      uniqueKeys: false,
      logLevel: 'silent',
    })
    const errors = [...documents].flatMap((one) => one.errors)
    const line = errors[0]?.linePos?.[0].line
    if (errors.length > 0) return nothing(`line ${line ?? '?'} is no valid YAML`)
    values = [...documents].map((one) => one.toJS({ maxAliasCount: 100 }) as unknown)
  } catch {
    return nothing('it is no valid YAML')
  }
  const pods = values.filter(
    (one) => typeof one === 'object' && one !== null && 'kind' in one && one.kind === 'Pod',
  )
  if (pods.length === 0) return nothing('it declares no pod')
  const parsed = pods.map((one) => pod.safeParse(one))
  const refused = parsed.find((one) => !one.success)
  if (refused?.error)
    return nothing(
      `the kubelet refuses the pod: ${refused.error.issues[0]?.path.join('.') ?? ''} is malformed`,
    )
  const accepted = parsed.flatMap((one) => (one.data ? [one.data] : []))
  return {
    pod: known(`Pod/${accepted[0]?.metadata.name ?? ''}`),
    containers: accepted.flatMap(containersOf),
  }
}
