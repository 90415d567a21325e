import type { Fact } from '../../core/fact.ts'

export interface HostFacts {
  readonly name: string
  /** Swap areas in use: path and whether the device is encrypted, where it can be told. */
  readonly swap: Fact<readonly { readonly path: string; readonly encrypted: Fact<boolean> }[]>
  readonly corePattern: Fact<string>
}

/** The block device under a directory. */
export interface DiskFacts {
  readonly path: string
  readonly mountPoint: string
  readonly device: string
  readonly fsType: string
  /** True where a dm-crypt layer lies below; false where every layer was seen and none encrypts. */
  readonly encrypted: Fact<boolean>
}
