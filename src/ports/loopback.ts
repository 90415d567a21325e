/** Ports of 127.0.0.1 for servers that are started here. */
export interface Loopback {
  /** `count` different ports that nothing listens on, outside the range that outgoing connections take from. */
  freePorts(count: number): Promise<readonly number[]>
}
