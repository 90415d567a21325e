/** Marks that turn the direction of text, and C1 controls: escaped, so that a terminal shows what is there. */
export const TURNING = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const spelledOut = (text: string): string =>
  text.replaceAll(TURNING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** As it is printed: foreign marks that a terminal would obey spelled out. */
export const json = (value: unknown): string => spelledOut(JSON.stringify(value, null, 2) ?? 'null')
