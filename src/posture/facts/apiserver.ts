import type { Fact } from '../../core/fact.ts'

/** Who gets in, as files that kube-apiserver was given say it; each absent where its flag is not given. */
export interface AccessConfig {
  /** `--authorization-config`: the types in order: `Node`, `RBAC`, `Webhook`, `AlwaysAllow`. */
  readonly authorizers?: Fact<readonly string[]>
  /** `--authentication-config`: known `null` where the file does not speak of anonymous requests. */
  readonly anonymous?: Fact<{ readonly enabled: boolean; readonly paths: readonly string[] } | null>
}
