import { dirname, isAbsolute, join } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { KeepError, messageOf } from '../core/error.ts'
import { refuseNoYaml } from '../core/foreign-yaml.ts'
import { didYouMean } from '../core/nearest.ts'
import { configJsonSchema, type JsonSchema } from './json-schema.ts'
import { configSchema, type Config } from './schema.ts'

/** A configuration and where it was found. */
export interface LoadedConfig {
  readonly path: string
  readonly config: Config
}

function schemaAt(schema: JsonSchema | undefined, path: readonly PropertyKey[]): JsonSchema {
  let at = schema
  for (const step of path)
    at = typeof step === 'number' ? at?.items : at?.properties?.[String(step)]
  return at ?? {}
}

const dotted = (path: readonly PropertyKey[]) => path.map(String).join('.')

/** The mistake with its place, and what was probably meant. Values are never quoted: one may be a secret. */
function mistake(issue: z.core.$ZodIssue): { readonly why: string; readonly hint: string } {
  const reference = 'docs/reference/configuration.md lists what may stand there'
  const at = dotted(issue.path)
  const around = schemaAt(configJsonSchema(), issue.path)
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const names = Object.keys(around.properties ?? {})
    const where = at === '' ? '' : ` in ${at}`
    return {
      why: `there is no ${key}${where}`,
      hint: didYouMean(key, names, `one of ${names.join(', ')}`),
    }
  }
  const hint = around.description ?? reference
  return { why: `${at === '' ? '' : `${at}: `}${issue.message}`, hint }
}

/** YAML or JSON. Throws `config` (`config.invalid`) with the place of the first mistake. */
export function parseConfig(text: string, path: string): LoadedConfig {
  const wrong = (why: string, hint: string) =>
    new KeepError('config', 'config.invalid', `${path}: ${why}`, { hint })
  let value: unknown
  try {
    refuseNoYaml(text)
    value = parse(text, { prettyErrors: false, logLevel: 'error' }) ?? {}
  } catch (thrown) {
    throw wrong(messageOf(thrown).split('\n')[0] ?? '', 'it must be YAML')
  }
  const read = configSchema.safeParse(value)
  if (read.success) return { path, config: read.data }
  // A misspelt key explains the value that is missing.
  const { issues } = read.error
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) throw wrong('it is no configuration', 'it must be YAML')
  const { why, hint } = mistake(issue)
  throw wrong(why, hint)
}

/** A path of the file, seen from the folder that the file is in; an address (`s3://`, `age1…`) stays. */
export const fromFile =
  ({ path }: LoadedConfig) =>
  (given: string): string =>
    isAbsolute(given) ? given : join(dirname(path), given)
