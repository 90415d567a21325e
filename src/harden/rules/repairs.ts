// Which step repairs which control. A control that no step repairs is for a person to decide.
/** Repaired by moving a door from http to https with certificates of a CA of its own. */
export const CLIENT_DOOR: ReadonlySet<string> = new Set([
  'client-listener-tls',
  'client-cert-required',
  'client-ca-exclusive',
  'auto-tls-off',
  'server-cert',
])
export const PEER_DOOR: ReadonlySet<string> = new Set([
  'peer-listener-tls',
  'peer-cert-required',
  'peer-ca-separate',
  'auto-tls-off',
  'peer-cert',
])

/** The mode a file or directory must not exceed, by the control that failed. */
export const MODES: Readonly<Record<string, number>> = {
  'private-key-mode': 0o600,
  'certificate-mode': 0o644,
  'manifest-mode': 0o600,
  'data-dir-mode': 0o700,
  'wal-dir-mode': 0o700,
}

/** Everything that a plan can repair. */
export const REPAIRED: ReadonlySet<string> = new Set([
  ...CLIENT_DOOR,
  ...PEER_DOOR,
  ...Object.keys(MODES),
  'metrics-listener',
  'tls-version-floor',
  'cipher-suites',
  'debug-endpoints',
])
