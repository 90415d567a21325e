/** Something that could not be read while discovering. */
export interface Trouble {
  readonly source: string
  readonly why: string
}
