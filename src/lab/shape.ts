/** How secure a lab cluster is. */
export interface Shape {
  readonly name: string
  /** One line for `lab up --help`. */
  readonly summary: string
  /** Of the client and peer URLs; the TLS flags are set in any case, as kubeadm sets them. */
  readonly scheme: 'http' | 'https'
  readonly clientCertAuth: boolean
  /**
   * `apart`: etcd's clients, its peers and the cluster each have a CA, their keys lie offline.
   * `shared`: one CA signs everything, its key lies beside its certificate, etcd's trust file is a copy of it.
   */
  readonly authorities: 'apart' | 'shared'
  readonly keyMode: number
  readonly manifestMode: number
}
