/** What each group of commands is about, one line. */
export const GROUPS: Readonly<Record<string, string>> = {
  lab: 'Real etcd clusters on this machine, secured or broken on purpose',
  snapshot: 'Backups of etcd that are proven by reading them and by restoring them',
}
