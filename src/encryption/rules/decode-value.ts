// JSON to Go structs, as strict as Kubernetes' decoder, with its messages; no value ever stands in a message.

type GoType =
  | { readonly kind: 'string' | 'int' | 'duration' }
  | { readonly kind: 'list'; readonly of: GoType }
  | {
      readonly kind: 'struct'
      readonly name: string
      readonly fields: Readonly<Record<string, GoType>>
    }

const text: GoType = { kind: 'string' }
const list = (of: GoType): GoType => ({ kind: 'list', of })
const struct = (name: string, fields: Readonly<Record<string, GoType>>): GoType => ({
  kind: 'struct',
  name,
  fields,
})

const keys = { keys: list(struct('Key', { name: text, secret: text })) }

export const CONFIGURATION = struct('EncryptionConfiguration', {
  apiVersion: text,
  kind: text,
  resources: list(
    struct('ResourceConfiguration', {
      resources: list(text),
      providers: list(
        struct('ProviderConfiguration', {
          aesgcm: struct('AESConfiguration', keys),
          aescbc: struct('AESConfiguration', keys),
          secretbox: struct('SecretboxConfiguration', keys),
          identity: struct('IdentityConfiguration', {}),
          kms: struct('KMSConfiguration', {
            apiVersion: text,
            name: text,
            cachesize: { kind: 'int' },
            endpoint: text,
            timeout: { kind: 'duration' },
          }),
        }),
      ),
    }),
  ),
})

/** Go's name for the kind of a JSON value. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  const kind = typeof value
  return kind === 'boolean' ? 'bool' : kind === 'object' ? 'object' : kind
}

const GO_NAMES = { string: 'string', duration: 'string', int: 'int32' } as const

function goName(type: GoType): string {
  if (type.kind === 'list') return `[]${goName(type.of)}`
  return type.kind === 'struct' ? `config.${type.name}` : GO_NAMES[type.kind]
}

function fits(value: unknown, type: GoType): boolean {
  if (type.kind === 'list') return Array.isArray(value)
  if (type.kind === 'int') return Number.isInteger(value)
  if (type.kind === 'struct') return jsonKind(value) === 'object'
  return typeof value === 'string'
}

/** Where a value stands: `plain` without indexes as Go tells types, `exact` with them, `owner` the struct. */
interface Place {
  readonly plain: string
  readonly exact: string
  readonly owner: string
}

const within = (place: Place, field: string, owner: string): Place => ({
  plain: place.plain === '' ? field : `${place.plain}.${field}`,
  exact: place.exact === '' ? field : `${place.exact}.${field}`,
  owner,
})

/** Every difference between the value and the type: `type` errors stop the API server of any version. */
export interface DecodeTrouble {
  readonly kind: 'type' | 'unknown-field'
  readonly message: string
}

export function decodeTroubles(
  value: unknown,
  type: GoType = CONFIGURATION,
  place: Place = { plain: '', exact: '', owner: '' },
): readonly DecodeTrouble[] {
  if (value === null || value === undefined) return []
  if (!fits(value, type)) {
    const field = place.owner === '' ? 'value' : `struct field ${place.owner}.${place.plain}`
    const message = `json: cannot unmarshal ${jsonKind(value)} into Go ${field} of type ${goName(type)}`
    return [{ kind: 'type', message }]
  }
  if (type.kind === 'list')
    return (value as unknown[]).flatMap((one, index) =>
      decodeTroubles(one, type.of, { ...place, exact: `${place.exact}[${index}]` }),
    )
  if (type.kind !== 'struct') return []
  return Object.entries(value).flatMap(([name, one]) => {
    const at = within(place, name, type.name)
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
    if (field) return decodeTroubles(one, field, at)
    // What stands where a field should may be a key that lost its field: only short names are told.
    const shown = /^[A-Za-z][\w-]{0,19}$/.test(name) ? at.exact : within(place, '…', '').exact
    return [{ kind: 'unknown-field' as const, message: `unknown field "${shown}"` }]
  })
}
