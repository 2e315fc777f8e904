/** How well the first `depth` results are ordered: 1 is as well as can be (Järvelin and Kekäläinen, 2002). */
export function ndcg(results: readonly string[], grades: ReadonlyMap<string, number>, depth: number): number {
  const best = [...grades.values()].toSorted((a, b) => b - a);
  const most = gain(best.slice(0, depth));
  return most === 0 ? 1 : gain(results.slice(0, depth).map((id) => grades.get(id) ?? 0)) / most;
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, index) => sum + (2 ** grade - 1) / Math.log2(index + 2), 0);
}
