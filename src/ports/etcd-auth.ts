// etcd's users, roles and permissions.
import type { Secret } from '../core/secret.ts'
import type { CallOptions } from './etcd-call.ts'

export interface Permission {
  readonly type: 'read' | 'write' | 'readwrite'
  readonly key: Uint8Array
  /** Empty: the one key; `\0`: to the end of the keyspace. */
  readonly rangeEnd: Uint8Array
}

export interface EtcdAuth {
  enable(options?: CallOptions): Promise<void>
  disable(options?: CallOptions): Promise<void>
  /** etcd 3.5 and later; before that KeepError `etcd.unknown-method`. */
  status(options?: CallOptions): Promise<{ readonly enabled: boolean; readonly revision: bigint }>
  /** Without a password the user can log in by certificate only. */
  userAdd(name: string, password?: Secret, options?: CallOptions): Promise<void>
  userDelete(name: string, options?: CallOptions): Promise<void>
  /** The user's roles. */
  userGet(name: string, options?: CallOptions): Promise<readonly string[]>
  userList(options?: CallOptions): Promise<readonly string[]>
  userChangePassword(name: string, password: Secret, options?: CallOptions): Promise<void>
  userGrantRole(user: string, role: string, options?: CallOptions): Promise<void>
  userRevokeRole(user: string, role: string, options?: CallOptions): Promise<void>
  roleAdd(name: string, options?: CallOptions): Promise<void>
  roleDelete(name: string, options?: CallOptions): Promise<void>
  roleGet(name: string, options?: CallOptions): Promise<readonly Permission[]>
  roleList(options?: CallOptions): Promise<readonly string[]>
  roleGrantPermission(role: string, permission: Permission, options?: CallOptions): Promise<void>
  roleRevokePermission(
    role: string,
    range: Pick<Permission, 'key' | 'rangeEnd'>,
    options?: CallOptions,
  ): Promise<void>
}
