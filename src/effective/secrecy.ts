/** Settings whose value is a secret itself. Paths to secrets are none. */
const SECRET = /(^|-)(password|user|secret|token)$/
const NOT_SECRET = new Set(['auth-token', 'initial-cluster-token', 'enable-bootstrap-token'])
const USER_INFO = /(\/\/)[^/@\s]+@/g

/** A value that may be shown: passwords, and user information in URLs, are taken out. */
export function showable(name: string, value: string): string {
  if (value !== '' && SECRET.test(name) && !NOT_SECRET.has(name)) return '[secret]'
  return value.replace(USER_INFO, '$1[secret]@')
}

/** A flag's name as it may be repeated in a message: what somebody typed might be anything. */
export const showableName = (name: string): string =>
  /^[A-Za-z][A-Za-z0-9_.-]{0,79}$/.test(name) ? name : '(not a name)'
