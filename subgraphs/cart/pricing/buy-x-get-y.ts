interface Pieces {
  id: string
  quantity: number
  unitPrice: number
  /** Whether they count as bought, and whether they may be got for less. */
  buys: boolean
  gets: boolean
}

interface Terms {
  buyQuantity: number
  getQuantity: number
  /** Null for as often as it can. */
  mostTimes: number | null
}

/**
 * How many pieces of each line are got for less. It is counted from the dearest piece down: after so many bought, up
 * to so many of the next dearest are got. So nobody gets the dear one by buying the cheap one, and where what is
 * bought and what is got are the same pieces, one piece more never lowers what all of them come to.
 */
export function buyXGetY(
  lines: readonly Pieces[],
  { buyQuantity, getQuantity, mostTimes }: Terms,
): Map<string, number> {
  const dearestFirst = [...lines].sort(
    (one, other) => other.unitPrice - one.unitPrice || (one.id < other.id ? -1 : 1),
  )
  // What can only be bought is bought first, so that it does not use up what can be got.
  const buys = dearestFirst.filter(({ buys }) => buys).sort((one, other) => +one.gets - +other.gets)
  const gets = dearestFirst.filter(({ gets }) => gets)
  const left = new Map(lines.map(({ id, quantity }) => [id, quantity]))
  const got = new Map<string, number>()

  const count = (pieces: readonly Pieces[]) => pieces.reduce((sum, { id }) => sum + (left.get(id) ?? 0), 0)
  const take = (pieces: readonly Pieces[], most: number, into?: Map<string, number>) => {
    let wanted = most
    for (const { id } of pieces) {
      const taken = Math.min(wanted, left.get(id) ?? 0)
      if (taken === 0) continue
      left.set(id, (left.get(id) ?? 0) - taken)
      into?.set(id, (into.get(id) ?? 0) + taken)
      wanted -= taken
    }
  }
  for (let times = 0; mostTimes === null || times < mostTimes; times += 1) {
    if (count(buys) < buyQuantity) break
    take(buys, buyQuantity)
    if (count(gets) === 0) break
    take(gets, getQuantity, got)
  }
  return got
}
