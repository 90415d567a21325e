/** Levenshtein distance, capped by nothing: the words compared are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The candidate that a misspelt word most likely meant; undefined where none is close. */
export function nearest(
  word: string,
  candidates: readonly string[],
  farthest = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far)
  const [best] = ranked
  if (best && best.far <= farthest) return best.candidate
  return word.length >= 3 ? candidates.find((candidate) => candidate.startsWith(word)) : undefined
}

/** `did you mean …?`, or the fallback. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const close = nearest(word, candidates)
  return close === undefined ? otherwise : `did you mean ${close}?`
}
