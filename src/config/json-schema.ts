import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The parts of JSON Schema that our own schema uses. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly pattern?: string
}

/** JSON Schema 2020-12, for editors and for `did you mean`. */
export const configJsonSchema = (): JsonSchema => {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' })
  return { $schema, title: 'etcdkeep.yaml', ...rest } as JsonSchema
}
