import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql'
import { kindOf } from '../set-up/outages.ts'
import { type Mismatch, type ProvingGround, spendGoodDay, tryOutage } from './proving-ground.ts'

/** As many as it takes for breakers to open. */
const together = 6

/** What is small enough by then is good enough. */
const maxShrinkMs = 20_000

const countSelections = (node: SelectionNode): number => {
  let count = 0
  visit(node, { Field: () => void count++, FragmentSpread: () => void count++ })
  return count
}

/** Leaves out what nothing refers to any more. */
function tidy(document: DocumentNode, operationName: string | undefined): DocumentNode {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || node.name?.value === operationName),
  )
  if (!operation) return document
  const spread = new Set<string>()
  const reach = (node: DocumentNode['definitions'][number]): void =>
    void visit(node, {
      FragmentSpread({ name: { value: name } }) {
        if (spread.has(name)) return
        spread.add(name)
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
        )
        if (fragment) reach(fragment)
      },
    })
  reach(operation)
  const fragments = document.definitions.filter(
    (node) => node.kind === Kind.FRAGMENT_DEFINITION && spread.has(node.name.value),
  )
  const used = new Set<string>()
  const { variableDefinitions = [], ...rest } = operation
  for (const node of [rest, ...fragments]) visit(node, { Variable: ({ name }) => void used.add(name.value) })
  const variables = variableDefinitions.filter(({ variable }) => used.has(variable.name.value))
  return { ...document, definitions: [{ ...rest, variableDefinitions: variables }, ...fragments] }
}

/** The document without one of its selections, those without the largest first. */
function* smallerDocuments(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): Generator<DocumentNode> {
  const selections: SelectionNode[] = []
  visit(document, { SelectionSet: (node) => void selections.push(...node.selections) })
  for (const left of selections.toSorted((one, other) => countSelections(other) - countSelections(one))) {
    const without = visit(document, {
      SelectionSet: (node) => ({ ...node, selections: node.selections.filter((one) => one !== left) }),
    })
    const sets: SelectionSetNode[] = []
    visit(without, { SelectionSet: (node) => void sets.push(node) })
    if (sets.some(({ selections: kept }) => kept.length === 0)) continue
    const tidied = tidy(without, operationName)
    if (validate(schema, tidied).length === 0) yield tidied
  }
}

/** Looks for a smaller operation for which the same outage does not cost what was predicted either. */
export async function shrinkMismatch(ground: ProvingGround, mismatch: Mismatch): Promise<Mismatch> {
  const { outage, failed } = mismatch
  let smallest = mismatch
  let attempts = kindOf(outage).isSlow ? 10 : 60
  const until = performance.now() + maxShrinkMs

  async function tryDocument(document: DocumentNode): Promise<Mismatch | null> {
    const { operationName, variables: all } = mismatch.operation
    const declared = getOperationAST(document, operationName)?.variableDefinitions ?? []
    const names = declared.map(({ variable }) => variable.name.value)
    const variables = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
    const operation = { ...mismatch.operation, document, query: print(document), variables }
    const goodDay = await spendGoodDay(ground, operation)
    if (!goodDay) return null
    const operations = Array.from({ length: together }, () => ({ operation, goodDay }))
    const tried = await tryOutage({ ground, outage, failed, operations })
    return tried.mismatches[0] ?? null
  }

  for (let isSmaller = true; isSmaller && attempts > 0; ) {
    isSmaller = false
    const { document, operationName } = smallest.operation
    for (const candidate of smallerDocuments(ground.schema, document, operationName)) {
      if (attempts-- <= 0 || performance.now() > until) return smallest
      const found = await tryDocument(candidate)
      if (!found) continue
      smallest = found
      isSmaller = true
      break
    }
  }
  return smallest
}
