/** A restart without what planning adds to what was edited. */
export type Edited<S> = Omit<S, 'title' | 'runs' | 'mounts' | 'member'>
