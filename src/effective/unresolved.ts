/** Stands in a text for something that only the running system knows: never guessed, never shown. */
export const UNRESOLVED = '\u{F0000}'

export const isUnresolved = (text: string): boolean => text.includes(UNRESOLVED)
