interface PricedLine {
  quantity: number
  /** In minor units. */
  unitPrice: number
}

export const lineSubtotal = ({ quantity, unitPrice }: PricedLine): number => quantity * unitPrice

export const subtotalOf = (lines: readonly PricedLine[]): number =>
  lines.reduce((sum, line) => sum + lineSubtotal(line), 0)

export const quantityOf = (lines: readonly Pick<PricedLine, 'quantity'>[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0)
