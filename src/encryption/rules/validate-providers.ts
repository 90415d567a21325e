import { KEYED_KINDS, type KeyEntry, type KmsEntry, type ProviderEntry } from '../model.ts'
import { invalid, required, type FieldError } from './field-error.ts'
import { goBase64, goDuration, goQuote, goUrlScheme } from './go-text.ts'

const SIZES = { aesgcm: [16, 24, 32], aescbc: [16, 24, 32], secretbox: [32] } as const

const redacted = (keyed: { readonly keys: readonly KeyEntry[] } | undefined) =>
  keyed ? { Keys: keyed.keys.map(({ name }) => ({ Name: name, Secret: 'REDACTED' })) } : null

/** The element as Go prints it, without the keys that Go would print. */
const shown = (provider: ProviderEntry) => ({
  AESGCM: redacted(provider.aesgcm),
  AESCBC: redacted(provider.aescbc),
  Secretbox: redacted(provider.secretbox),
  Identity: provider.identity ?? null,
  KMS: provider.kms
    ? {
        APIVersion: provider.kms.apiVersion,
        Name: provider.kms.name,
        CacheSize: provider.kms.cachesize ?? null,
        Endpoint: provider.kms.endpoint,
        Timeout: provider.kms.timeout,
      }
    : null,
})

function keyErrors(key: KeyEntry, field: string, sizes: readonly number[]): readonly FieldError[] {
  const errors: FieldError[] = []
  if (key.name === '') errors.push(required(`${field}.name`, 'name is a mandatory field for a key'))
  if (key.secret === '')
    return [...errors, required(`${field}.secret`, 'secret is a mandatory field for a key')]
  const bytes = goBase64(key.secret)
  if (!bytes)
    return [...errors, invalid(`${field}.secret`, 'REDACTED', 'secrets must be base64 encoded')]
  if (!sizes.includes(bytes.length)) {
    const detail = `secret is not of the expected length, got ${bytes.length}, expected one of [${sizes.join(' ')}]`
    errors.push(invalid(`${field}.secret`, 'REDACTED', detail))
  }
  return errors
}

function keyedErrors(provider: ProviderEntry, field: string): readonly FieldError[] {
  const kind = KEYED_KINDS.find((one) => provider[one] !== undefined)
  if (!kind) return []
  const keys = provider[kind]?.keys ?? []
  const path = `${field}.${kind}.keys`
  if (keys.length === 0) return [required(path, 'at least one keys is required')]
  return keys.flatMap((key, index) => keyErrors(key, `${path}[${index}]`, SIZES[kind]))
}

function kmsNameErrors(kms: KmsEntry, field: string, taken: ReadonlySet<string>, reload: boolean) {
  if (kms.name === '') return [required(field, 'name is a mandatory field for a provider')]
  const errors: FieldError[] = []
  if (kms.apiVersion !== 'v1' && kms.name.includes(':')) {
    const detail = `invalid KMS provider name ${kms.name}, must not contain ':'`
    errors.push(invalid(field, kms.name, detail))
  }
  if ((reload || kms.apiVersion !== 'v1') && taken.has(kms.name)) {
    const detail = `duplicate KMS provider name ${kms.name}, names must be unique`
    errors.push(invalid(field, kms.name, detail))
  }
  return errors
}

function endpointComplaint(endpoint: string): string | undefined {
  if (endpoint === '') return 'endpoint is a mandatory field for a kms'
  const parsed = goUrlScheme(endpoint)
  if ('error' in parsed) return `invalid endpoint for kms provider, error: ${parsed.error}`
  if (parsed.scheme === 'unix') return undefined
  return `unsupported scheme ${goQuote(parsed.scheme)} for KMS provider, only unix is supported`
}

function cacheComplaint({ apiVersion, cachesize }: KmsEntry): string | undefined {
  if (apiVersion !== 'v1' && cachesize !== undefined) return 'cachesize is not supported in v2'
  if (apiVersion === 'v1' && cachesize === 0)
    return 'cachesize should be a positive value, or negative to disable'
  return undefined
}

function kmsFieldErrors(kms: KmsEntry, field: string): readonly FieldError[] {
  const timeout = (goDuration(kms.timeout) ?? 1) <= 0
  const endpoint = endpointComplaint(kms.endpoint)
  const cache = cacheComplaint(kms)
  const version = !['v1', 'v2'].includes(kms.apiVersion)
  // The doubled "apiVersion" is Kubernetes' own.
  const unsupported =
    'unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported'
  return [
    ...(timeout
      ? [invalid(`${field}.timeout`, kms.timeout, 'timeout should be a positive value')]
      : []),
    ...(endpoint === undefined ? [] : [invalid(`${field}.endpoint`, kms.endpoint, endpoint)]),
    ...(cache === undefined ? [] : [invalid(`${field}.cachesize`, kms.cachesize, cache)]),
    ...(version ? [invalid(`${field}.apiVersion`, kms.apiVersion, unsupported)] : []),
  ]
}

function countErrors(provider: ProviderEntry, field: string): readonly FieldError[] {
  const count = Object.keys(provider).length
  if (count === 1) return []
  const detail =
    count === 0
      ? 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity'
      : 'more than one provider specified in a single element, should split into different list elements'
  return [invalid(field, shown(provider), detail)]
}

/** One element of `providers`; `taken` holds the KMS names that stand before it in the file. */
export function providerErrors(
  provider: ProviderEntry,
  field: string,
  taken: ReadonlySet<string>,
  reload: boolean,
): readonly FieldError[] {
  const { kms } = provider
  const rest = kms
    ? [
        ...kmsNameErrors(kms, `${field}.kms.name`, taken, reload),
        ...kmsFieldErrors(kms, `${field}.kms`),
      ]
    : keyedErrors(provider, field)
  return [...countErrors(provider, field), ...rest]
}
