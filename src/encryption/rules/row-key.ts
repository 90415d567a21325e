/** Which Kubernetes object an etcd key belongs to. */
export interface RowKey {
  /** Where the API server keeps its rows: `/registry`. */
  readonly prefix: string
  /** As EncryptionConfiguration names it: `secrets`, `deployments.apps`, `widgets.example.com`. */
  readonly resource: string
  /** Rows that the API server never encrypts, whatever is configured. */
  readonly byDesign?: true
}

/** Groups whose resources are stored under their plain name: group → names. */
const PLAIN: Readonly<Record<string, string>> = {
  '': 'secrets configmaps pods podtemplates namespaces serviceaccounts persistentvolumes persistentvolumeclaims resourcequotas limitranges events',
  apps: 'daemonsets deployments statefulsets replicasets controllerrevisions',
  autoscaling: 'horizontalpodautoscalers',
  batch: 'jobs cronjobs',
  'certificates.k8s.io': 'certificatesigningrequests clustertrustbundles podcertificaterequests',
  'coordination.k8s.io': 'leases leasecandidates',
  'discovery.k8s.io': 'endpointslices',
  'networking.k8s.io': 'ingressclasses networkpolicies ipaddresses servicecidrs',
  policy: 'poddisruptionbudgets',
  'storagemigration.k8s.io': 'storageversionmigrations',
  'internal.apiserver.k8s.io': 'storageversions',
  'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
  'storage.k8s.io':
    'storageclasses volumeattachments volumeattributesclasses csistoragecapacities csinodes csidrivers',
  'rbac.authorization.k8s.io': 'roles rolebindings clusterroles clusterrolebindings',
  'admissionregistration.k8s.io':
    'validatingwebhookconfigurations mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings',
  'scheduling.k8s.io': 'priorityclasses workloads podgroups',
  'node.k8s.io': 'runtimeclasses',
  'resource.k8s.io':
    'deviceclasses resourceclaims resourceclaimtemplates resourceslices devicetaintrules resourcepoolstatusrequests',
}

/** Resources that are stored under another name than their own. */
const RENAMED: Readonly<Record<string, string>> = {
  minions: 'nodes',
  controllers: 'replicationcontrollers',
  ingress: 'ingresses.networking.k8s.io',
  podsecuritypolicy: 'podsecuritypolicies.policy',
  'services/specs': 'services',
  'services/endpoints': 'endpoints',
}

const BY_DESIGN = new Set(['ranges', 'masterleases', 'peerserverleases'])

const BY_SEGMENT: ReadonlyMap<string, string> = new Map([
  ...Object.entries(PLAIN).flatMap(([group, names]) =>
    names
      .split(' ')
      .map((name): [string, string] => [name, group === '' ? name : `${name}.${group}`]),
  ),
  ...Object.entries(RENAMED),
])

function resourceAt(segments: readonly string[], at: number): Omit<RowKey, 'prefix'> | undefined {
  const [first = '', second = ''] = segments.slice(at, at + 2)
  if (BY_DESIGN.has(first)) return { resource: first, byDesign: true }
  const name = BY_SEGMENT.get(first) ?? BY_SEGMENT.get(`${first}/${second}`)
  if (name !== undefined) return { resource: name }
  // A segment with a dot is a group: custom resources and aggregated APIs are stored as <group>/<plural>.
  return first.includes('.') && second !== '' ? { resource: `${second}.${first}` } : undefined
}

const PREFIXES = ['/registry', '/kubernetes.io', '/openshift.io']

function below(prefix: string, key: string): RowKey | undefined {
  const [first, second, third] = key.slice(prefix.length + 1).split('/', 3)
  // One segment alone is no object.
  if (first === undefined || second === undefined) return undefined
  const segments = third === undefined ? [first, second] : [first, second, third]
  return { prefix, ...(resourceAt(segments, 0) ?? { resource: first }) }
}

/** `kubernetes`: the value is one of Kubernetes. */
export type ReadRowKey = (key: string, kubernetes: boolean) => RowKey | undefined

/**
 * Reads the object behind an etcd key below one of the usual prefixes or the given ones (`--etcd-prefix`).
 * Where the value is one of Kubernetes, a prefix that nobody named is found by the resource after it.
 */
export function rowKeyReader(prefixes: readonly string[] = []): ReadRowKey {
  const known = [...prefixes, ...PREFIXES]
    .map((prefix) => prefix.replace(/\/+$/, ''))
    .toSorted((a, b) => b.length - a.length)
    .map((prefix) => ({ prefix, start: `${prefix}/` }))
  return (key, kubernetes) => {
    for (const { prefix, start } of known) {
      const found = key.startsWith(start) ? below(prefix, key) : undefined
      if (found) return found
    }
    return kubernetes ? guessed(key) : undefined
  }
}

function guessed(key: string): RowKey | undefined {
  const segments = key.split('/', 8)
  for (let at = 1; at < Math.min(segments.length - 1, 5); at += 1) {
    const found = resourceAt(segments, at)
    if (found) return { prefix: segments.slice(0, at).join('/'), ...found }
  }
  return undefined
}

const STORED = new Set(BY_SEGMENT.values())

/** Whether a name of an EncryptionConfiguration is a built-in resource that is stored under it. */
export const isStoredResource = (name: string): boolean => STORED.has(name)
