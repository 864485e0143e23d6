import type { VariableCondition } from './collect-fields.ts'

/** One place that is lost. */
export interface Loss {
  /** From the root: response keys, '*' for the items of a list. Empty where all of the data is lost. */
  path: readonly string[]
  /**
   * The field that cannot be had: `path`, or below it where a `!` takes along what is around it. Where there is no
   * such field in an answer, nothing is lost.
   */
  from: readonly string[]
  /** The field's type and name, as `Product.rating`. */
  coordinate: string
  /** Runtime types of objects on the way to `from` on which it depends: at `from.slice(0, at)` stands an object of one of `types`. */
  types: readonly { at: number; types: readonly string[] }[]
  /** Boolean variables on which it depends, all of which have to hold. */
  when: readonly VariableCondition[]
  /** Decisions on labels of `@override` on which it depends, all of which have to be so. */
  overrides: readonly { label: string; isMoved: boolean }[]
  /**
   * False where it also depends on what an answer does not show: on whether a list is empty that only a `@requires`
   * walks, or on whether a write that several subgraphs can do has reached the one that failed.
   */
  isCertain: boolean
  /** Which of the failed subgraphs may be named by the error, the likeliest first. */
  subgraphs: readonly string[]
}
