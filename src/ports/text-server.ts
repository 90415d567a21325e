export interface TextServer {
  /** `http://127.0.0.1:9180/metrics` */
  readonly url: string
  close(): Promise<void>
}

export interface ServedText {
  readonly type: string
  readonly text: string
}

/**
 * Serves one page to GET on one path, to whoever can reach the address: so a loopback address, and nothing secret.
 * Throws KeepError `conflict` (`listen.taken`), `usage` where the address is not loopback, `unavailable`.
 */
export type ServeText = (
  address: { readonly host: string; readonly port: number; readonly path: string },
  page: () => Promise<ServedText>,
) => Promise<TextServer>
