// Names of objects. What a name says is never believed: it must equal what the signed content says.

const padded = (sequence: number): string => String(sequence).padStart(12, '0')

export type Folder = 'manifests' | 'records'

export const linkName = (folder: Folder, sequence: number): string =>
  `${folder}/${padded(sequence)}.json`
export const dataName = (sequence: number, id: string): string => `data/${padded(sequence)}-${id}`
export const keysName = (sequence: number, id: string, generation: number): string =>
  `keys/${padded(sequence)}-${id}.${String(generation).padStart(3, '0')}.json`

export type Name =
  | { readonly folder: 'manifests'; readonly sequence: number }
  | { readonly folder: 'records'; readonly sequence: number }
  | { readonly folder: 'data'; readonly sequence: number; readonly id: string }
  | {
      readonly folder: 'keys'
      readonly sequence: number
      readonly id: string
      readonly generation: number
    }

const NAME =
  /^(?:(?<link>manifests|records)\/(?<number>\d{12})\.json|data\/(?<data>\d{12})-(?<dataId>[0-9a-f]{32})|keys\/(?<keys>\d{12})-(?<keysId>[0-9a-f]{32})\.(?<generation>\d{3})\.json)$/

/** Undefined for an object that has no business here. */
export function parseName(key: string): Name | undefined {
  const part = NAME.exec(key)?.groups
  if (!part) return undefined
  const sequence = Number(part['number'] ?? part['data'] ?? part['keys'])
  if (sequence === 0) return undefined
  if (part['link'] !== undefined)
    return { folder: part['link'] === 'records' ? 'records' : 'manifests', sequence }
  if (part['dataId'] !== undefined) return { folder: 'data', sequence, id: part['dataId'] }
  return {
    folder: 'keys',
    sequence,
    id: part['keysId'] ?? '',
    generation: Number(part['generation']),
  }
}
