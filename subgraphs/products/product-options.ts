import { graphqlError } from '../../service/errors.ts'
import type { ProductOptionValueModel, VariantModel } from './mappers.ts'
import type { SelectedOptionInput } from './schema.generated.ts'

/** @throws BAD_USER_INPUT when an option is chosen twice. */
function checkSelected(selected: readonly SelectedOptionInput[]): readonly SelectedOptionInput[] {
  const names = selected.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return selected
  throw graphqlError('BAD_USER_INPUT', `selectedOptions chooses ${JSON.stringify(twice)} more than once.`)
}

const has = ({ options }: VariantModel, choice: SelectedOptionInput): boolean =>
  options.some(({ name, value }) => name === choice.name && value === choice.value)

const isAvailable = ({ availability }: VariantModel): boolean => availability !== 'SOLD_OUT'

/** The variants that the caller's site sells. */
const soldHere = (variants: readonly VariantModel[]) => variants.filter(({ amount }) => amount !== null)

/** The best first: with the most of the choices, then one that can be had, then in the product's order. */
function nearest(
  variants: readonly VariantModel[],
  choices: readonly SelectedOptionInput[],
): VariantModel | null {
  const kept = (variant: VariantModel) => choices.filter((choice) => has(variant, choice)).length
  return (
    [...variants].sort(
      (one, other) =>
        kept(other) - kept(one) ||
        Number(isAvailable(other)) - Number(isAvailable(one)) ||
        one.position - other.position,
    )[0] ?? null
  )
}

const ranks: readonly VariantModel['availability'][] = ['SOLD_OUT', 'BACK_ORDER', 'LOW_STOCK', 'IN_STOCK']

/** The best that any of the variants offers; null without any. */
const bestOf = (variants: readonly VariantModel[]): VariantModel['availability'] | null =>
  ranks[Math.max(-1, ...variants.map(({ availability }) => ranks.indexOf(availability)))] ?? null

/**
 * What becomes of each value of an option if it is chosen beside what is chosen of the others.
 * @throws BAD_USER_INPUT when an option is chosen twice.
 */
export function optionValues(
  variants: readonly VariantModel[],
  { name, values }: { name: string; values: readonly string[] },
  selected: readonly SelectedOptionInput[],
): ProductOptionValueModel[] {
  const others = checkSelected(selected).filter((choice) => choice.name !== name)
  return values.map((value) => {
    const choice = { name, value }
    const having = soldHere(variants).filter((variant) => has(variant, choice))
    const fitting = having.filter((variant) => others.every((other) => has(variant, other)))
    return {
      name: value,
      selected: selected.some((each) => each.name === name && each.value === value),
      exists: fitting.length > 0,
      availability: bestOf(fitting),
      variant: nearest(having, others),
    }
  })
}

/**
 * The variant with the chosen options, or the first that can be had where they name none.
 * @throws BAD_USER_INPUT when an option is chosen twice.
 */
export function selectedOrFirstAvailable(
  variants: readonly VariantModel[],
  selected: readonly SelectedOptionInput[],
): VariantModel | null {
  const here = soldHere(variants)
  const chosen = checkSelected(selected)
  const fitting = here.filter((variant) => chosen.every((choice) => has(variant, choice)))
  return nearest(fitting.length > 0 ? fitting : here, [])
}
