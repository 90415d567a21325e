/** `deployments.apps` → deployments in apps; Kubernetes splits at the first dot, no dot = the core group (`''`). */
export interface GroupResource {
  readonly resource: string
  readonly group: string
}

export function groupResource(text: string): GroupResource {
  const dot = text.indexOf('.')
  return dot < 0
    ? { resource: text, group: '' }
    : { resource: text.slice(0, dot), group: text.slice(dot + 1) }
}

/** As the API server writes it in its messages: core resources bare, `*.` for all of the core group. */
export const groupResourceText = ({ resource, group }: GroupResource): string =>
  group === '' && resource !== '*' ? resource : `${resource}.${group}`

/**
 * The entries that decide how `resource` is stored, in order: those with its exact name, else `*.group`,
 * else `*.*`. Several entries with the same exact name are merged. None = identity, in the clear.
 */
export function entriesFor<E extends { readonly resources: readonly string[] }>(
  entries: readonly E[],
  resource: string,
): readonly E[] {
  const { group } = groupResource(resource)
  for (const wanted of [resource, `*.${group}`, '*.*']) {
    const found = entries.filter((entry) => entry.resources.includes(wanted))
    if (found.length > 0) return found
  }
  return []
}
