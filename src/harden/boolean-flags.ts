import { kindOfEtcdFlag } from '../effective/etcd-flags.ts'
import { isPflagBoolean } from '../effective/pflag.ts'

/** Flags of etcd and kube-apiserver that never take the next argument as their value. */
export const isBooleanFlag = (name: string): boolean =>
  kindOfEtcdFlag(name) === 'bool' || isPflagBoolean(name)
