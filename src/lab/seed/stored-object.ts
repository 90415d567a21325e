// Kubernetes objects as the API server stores them in plain text (k8s.io/apimachinery, runtime.Unknown).
import { BinaryWriter } from '@bufbuild/protobuf/wire'

const MAGIC = Buffer.from('k8s\0')

export interface ObjectIdentity {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly created: Date
}

const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.uint32((field << 3) | 2).string(value)

const nested = (writer: BinaryWriter, field: number, fill: (inner: BinaryWriter) => void) => {
  writer.uint32((field << 3) | 2).fork()
  fill(writer)
  return writer.join()
}

/** Go writes the empty strings of ObjectMeta too: generateName, selfLink, resourceVersion. */
function writeMetadata(writer: BinaryWriter, object: ObjectIdentity): void {
  text(writer, 1, object.name)
  text(writer, 2, '')
  text(writer, 3, object.namespace)
  text(writer, 4, '')
  text(writer, 5, object.uid)
  text(writer, 6, '')
  writer.uint32(7 << 3).int64(0)
  nested(writer, 8, (time) => {
    time.uint32(1 << 3).int64(Math.floor(object.created.getTime() / 1000))
    time.uint32(2 << 3).int32(0)
  })
}

function unknown(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const writer = new BinaryWriter()
  nested(writer, 1, (meta) => {
    text(meta, 1, apiVersion)
    text(meta, 2, kind)
  })
  writer.uint32((2 << 3) | 2).bytes(raw)
  text(writer, 3, '')
  text(writer, 4, '')
  return Buffer.concat([MAGIC, writer.finish()])
}

function entries(
  writer: BinaryWriter,
  field: number,
  data: Readonly<Record<string, Uint8Array>>,
): void {
  for (const name of Object.keys(data).toSorted())
    nested(writer, field, (entry) => {
      text(entry, 1, name)
      entry.uint32((2 << 3) | 2).bytes(data[name] ?? new Uint8Array())
    })
}

export function secretProtobuf(
  object: ObjectIdentity,
  data: Readonly<Record<string, Uint8Array>>,
  type = 'Opaque',
): Uint8Array {
  const writer = new BinaryWriter()
  nested(writer, 1, (metadata) => writeMetadata(metadata, object))
  entries(writer, 2, data)
  text(writer, 3, type)
  return unknown('v1', 'Secret', writer.finish())
}

export function configMapProtobuf(
  object: ObjectIdentity,
  data: Readonly<Record<string, string>>,
): Uint8Array {
  const bytes = Object.entries(data).map(([name, value]) => [name, Buffer.from(value)] as const)
  const writer = new BinaryWriter()
  nested(writer, 1, (metadata) => writeMetadata(metadata, object))
  entries(writer, 2, Object.fromEntries(bytes))
  return unknown('v1', 'ConfigMap', writer.finish())
}

/** Seconds only, as metav1.Time. */
const timestamp = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')
/** Go's encoder spells out what could end a script element, and ends the object with a line break. */
const goJson = (value: unknown): Uint8Array => {
  const spelled = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return Buffer.from(`${spelled}\n`)
}

const metadataJson = ({ name, namespace, uid, created }: ObjectIdentity) => ({
  name,
  namespace,
  uid,
  creationTimestamp: timestamp(created),
})

/** As under `--storage-media-type=application/json`. */
export const secretJson = (
  object: ObjectIdentity,
  data: Readonly<Record<string, Uint8Array>>,
  type = 'Opaque',
): Uint8Array =>
  goJson({
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: metadataJson(object),
    data: Object.fromEntries(
      Object.keys(data)
        .toSorted()
        .map((name) => [name, Buffer.from(data[name] ?? []).toString('base64')]),
    ),
    type,
  })

/** Custom resources are always JSON, keys sorted. */
export const customResourceJson = (
  apiVersion: string,
  kind: string,
  object: ObjectIdentity,
  spec: Readonly<Record<string, unknown>>,
): Uint8Array => {
  const { creationTimestamp, name, namespace, uid } = metadataJson(object)
  const metadata = { creationTimestamp, generation: 1, name, namespace, uid }
  return goJson({ apiVersion, kind, metadata, spec })
}
