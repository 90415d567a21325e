// Observations as files: judged again elsewhere, without the cluster.
import { z } from 'zod'
import { KeepError } from '../core/error.ts'
import type { Observation } from './observation.ts'

const list = z.array(z.looseObject({}))
const fact = z.looseObject({ known: z.boolean() })
const saved = z.looseObject({
  schema: z.literal('etcdkeep.facts/v1'),
  at: z.iso.datetime(),
  probed: z.boolean(),
  members: z.array(
    z.looseObject({ name: z.string(), declared: fact, running: fact, listeners: fact }),
  ),
  apiservers: z.array(z.looseObject({ name: z.string(), declared: fact, running: fact })),
  cluster: z.looseObject({ auth: fact, alarms: fact, memberList: fact }),
  keyspace: fact,
  host: z.looseObject({ name: z.string() }),
  files: z.array(z.looseObject({ path: z.string(), role: z.string(), real: fact })),
  manifestDirectories: list,
  backups: fact.optional(),
  troubles: z.array(z.strictObject({ source: z.string(), why: z.string() })),
})

const hint = 'a file made by: etcdkeep check --save-facts FILE'
const wrong = (path: string, why: string, cause?: unknown) =>
  new KeepError('config', 'facts.invalid', `facts ${path}: ${why}`, { hint, cause })

/** The outer shape is checked here; a control that stumbles over the depth leaves its subject unknown. Throws `config`. */
export function parseFacts(text: string, path: string): Observation {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw wrong(path, 'no JSON', cause)
  }
  const read = saved.safeParse(value)
  if (read.success) return read.data as unknown as Observation
  const [issue] = read.error.issues
  throw wrong(path, `${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'no facts'}`)
}

export const showFacts = (seen: Observation): string => `${JSON.stringify(seen, null, 2)}\n`
