/** A to Z in lower case and every other letter as it is: what SQLite's LIKE takes for equal. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}
