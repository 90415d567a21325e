/** Where long work says how it goes; never part of the result. */
export interface Progress {
  /** What is being done now; a newer line replaces it. */
  step(text: string): void
  /** A line that stays. */
  note(text: string): void
}

export const silent: Progress = { step() {}, note() {} }
