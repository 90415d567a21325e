import type { Client } from '@connectrpc/connect'
import type { Secret } from '../../core/secret.ts'
import type { EtcdAuth, Permission } from '../../ports/etcd-auth.ts'
import type { CallOptions } from '../../ports/etcd-call.ts'
import type { Caller, Effect, Sending } from './caller.ts'
import { Permission_Type as Type, type Permission as Granted } from './gen/auth_pb.ts'
import { Auth } from './gen/rpc_pb.ts'

type Ask = <T>(
  name: string,
  effect: Effect,
  send: (auth: Client<typeof Auth>, sending: Sending) => Promise<T>,
  options: CallOptions | undefined,
) => Promise<T>

const TYPES = { read: Type.READ, write: Type.WRITE, readwrite: Type.READWRITE }

const permission = ({ permType, key, rangeEnd }: Granted): Permission => ({
  type: permType === Type.READ ? 'read' : permType === Type.WRITE ? 'write' : 'readwrite',
  key,
  rangeEnd,
})

const credential = (name: string, password: Secret | undefined) => ({
  name,
  password: password?.reveal() ?? '',
  options: { noPassword: password === undefined },
})

type Switch = Pick<EtcdAuth, 'enable' | 'disable' | 'status'>
const switchCalls = (ask: Ask): Switch => ({
  async enable(options) {
    await ask('AuthEnable', 'write', (auth, sending) => auth.authEnable({}, sending), options)
  },
  async disable(options) {
    await ask('AuthDisable', 'write', (auth, sending) => auth.authDisable({}, sending), options)
  },
  async status(options) {
    const answer = await ask(
      'AuthStatus',
      'read',
      (auth, sending) => auth.authStatus({}, sending),
      options,
    )
    return { enabled: answer.enabled, revision: answer.authRevision }
  },
})

type Users = Pick<
  EtcdAuth,
  | 'userAdd'
  | 'userDelete'
  | 'userGet'
  | 'userList'
  | 'userChangePassword'
  | 'userGrantRole'
  | 'userRevokeRole'
>
const userCalls = (ask: Ask): Users => ({
  async userAdd(name, password, options) {
    const request = credential(name, password)
    await ask('UserAdd', 'write', (auth, sending) => auth.userAdd(request, sending), options)
  },
  async userDelete(name, options) {
    await ask('UserDelete', 'write', (auth, sending) => auth.userDelete({ name }, sending), options)
  },
  userGet: async (name, options) =>
    (await ask('UserGet', 'read', (auth, sending) => auth.userGet({ name }, sending), options))
      .roles,
  userList: async (options) =>
    (await ask('UserList', 'read', (auth, sending) => auth.userList({}, sending), options)).users,
  async userChangePassword(name, password, options) {
    const request = { name, password: password.reveal() }
    await ask(
      'UserChangePassword',
      'write',
      (auth, sending) => auth.userChangePassword(request, sending),
      options,
    )
  },
  async userGrantRole(user, role, options) {
    await ask(
      'UserGrantRole',
      'write',
      (auth, sending) => auth.userGrantRole({ user, role }, sending),
      options,
    )
  },
  async userRevokeRole(name, role, options) {
    await ask(
      'UserRevokeRole',
      'write',
      (auth, sending) => auth.userRevokeRole({ name, role }, sending),
      options,
    )
  },
})

type Roles = Omit<EtcdAuth, keyof Switch | keyof Users>
const roleCalls = (ask: Ask): Roles => ({
  async roleAdd(name, options) {
    await ask('RoleAdd', 'write', (auth, sending) => auth.roleAdd({ name }, sending), options)
  },
  async roleDelete(role, options) {
    await ask('RoleDelete', 'write', (auth, sending) => auth.roleDelete({ role }, sending), options)
  },
  roleGet: async (role, options) =>
    (
      await ask('RoleGet', 'read', (auth, sending) => auth.roleGet({ role }, sending), options)
    ).perm.map(permission),
  roleList: async (options) =>
    (await ask('RoleList', 'read', (auth, sending) => auth.roleList({}, sending), options)).roles,
  async roleGrantPermission(name, { type, key, rangeEnd }, options) {
    const request = { name, perm: { permType: TYPES[type], key, rangeEnd } }
    await ask(
      'RoleGrantPermission',
      'write',
      (auth, sending) => auth.roleGrantPermission(request, sending),
      options,
    )
  },
  async roleRevokePermission(role, { key, rangeEnd }, options) {
    const request = { role, key, rangeEnd }
    await ask(
      'RoleRevokePermission',
      'write',
      (auth, sending) => auth.roleRevokePermission(request, sending),
      options,
    )
  },
})

export function authCalls(caller: Caller): EtcdAuth {
  const ask: Ask = (name, effect, send, options) => caller.call(Auth, name, effect, send, options)
  return { ...switchCalls(ask), ...userCalls(ask), ...roleCalls(ask) }
}
