import type { Subgraph } from '@apollo/federation-internals'
import { type GraphQLSchema, isIntrospectionType, isSpecifiedScalarType } from 'graphql'
import { nameOf } from '../changes/change.ts'
import { compareApi } from '../changes/compare-api.ts'
import { homeOf } from '../element-home.ts'
import type { Finding } from '../finding.ts'
import { checkOperations } from '../operations/check-operations.ts'
import { readOperations } from '../operations/load-operations.ts'
import type { CheckResult } from '../report.ts'
import { counted } from '../reports/text.ts'
import { buildContractSchema, type Contract, type ContractSchema } from './contract-schema.ts'

interface Contracts {
  contracts: readonly Contract[]
  supergraphSdl: string
  subgraphs: readonly Subgraph[]
  /** The supergraph to compare with; null where there is none. */
  baseSdl: string | null
}

/**
 * Whether each variant of the graph can be had, keeps its operations, and breaks nobody who uses it.
 * @throws InputError when a contract's operations cannot be read.
 */
export async function checkContracts({ contracts, ...graph }: Contracts): Promise<CheckResult[]> {
  if (contracts.length === 0) return []
  const checked = await Promise.all(contracts.map((contract) => checkContract(contract, graph)))
  return [
    {
      name: 'contracts',
      subject: checked.map(({ subject }) => subject).join('; '),
      findings: checked.flatMap(({ findings }) => findings),
    },
  ]
}

async function checkContract(
  contract: Contract,
  { supergraphSdl, subgraphs, baseSdl }: Omit<Contracts, 'contracts'>,
): Promise<Pick<CheckResult, 'subject' | 'findings'>> {
  const { name } = contract
  const built = buildContractSchema(supergraphSdl, contract)
  const toFinding = findingIn(subgraphs, name)
  const unknown = [...contract.include, ...contract.exclude].filter((tag) => !built.knownTags.includes(tag))
  const findings = [
    ...unknown.map((tag) =>
      toFinding(
        'contract-unknown-tag',
        null,
        `nothing in the graph has the tag "${tag}".`,
        'Mend its name, or take it out of the contract.',
      ),
    ),
    ...built.problems.map(({ message, coordinate }) =>
      toFinding(
        'contract-not-composable',
        coordinate,
        message,
        'Give both the same tags: what is left out, and what refers to it.',
      ),
    ),
    ...built.unreachable.map((type) =>
      toFinding(
        'contract-unreachable-type',
        type,
        `nothing leads to ${type}.`,
        'Leave it out with a tag, or set `hideUnreachableTypes`.',
      ),
    ),
  ]
  if (!built.schema) return { subject: `${name} cannot be had`, findings }

  const operations = contract.operations === null ? [] : readOperations(contract.operations)
  const unfit = checkOperations(built.schema, operations).filter(({ severity }) => severity === 'error')
  const broken =
    baseSdl === null ? [] : await findBroken(contract, { before: baseSdl, after: supergraphSdl, built })
  return {
    subject: `${name} has ${counted(countTypes(built.schema), 'type')} and keeps ${counted(operations.length, 'operation')}`,
    findings: [
      ...findings,
      ...unfit.map(
        (finding): Finding => ({
          ...finding,
          check: 'contracts',
          rule: 'contract-operation',
          message: `${name}: ${finding.message}`,
        }),
      ),
      ...broken.map(({ coordinate, message, what }) => ({
        ...toFinding(
          'contract-breaking',
          coordinate,
          message,
          'Leave it in the contract for as long as it is used.',
        ),
        approvable: `contract-breaking ${name} ${what}`,
      })),
    ],
  }
}

/**
 * What the contract's clients lose and the whole graph's keep: the rest is told of the whole. A base that had none of
 * its tags had no such contract, so that nobody could use it.
 */
async function findBroken(
  contract: Contract,
  { before, after, built }: { before: string; after: string; built: ContractSchema },
): Promise<{ coordinate: string; message: string; what: string }[]> {
  const old = buildContractSchema(before, contract)
  const hasTags = contract.include.length + contract.exclude.length > 0
  if (!hasTags || old.knownTags.length === 0 || !old.schema || !built.schema) return []
  const everything = { ...contract, include: [], exclude: [], hideUnreachableTypes: false }
  const [whole, oldWhole] = [after, before].map((sdl) => buildContractSchema(sdl, everything).schema)
  const told = whole && oldWhole ? await compareApi(oldWhole, whole) : []
  const known = new Set(told.map(nameOf))
  return (await compareApi(old.schema, built.schema))
    .filter((change) => change.level === 'breaking' && !known.has(nameOf(change)))
    .map((change) => ({
      coordinate: change.element.split(' ')[0] ?? change.element,
      message: change.message,
      what: nameOf(change),
    }))
}

const findingIn =
  (subgraphs: readonly Subgraph[], contract: string) =>
  (rule: string, coordinate: string | null, message: string, mend: string): Finding => {
    const home = coordinate === null ? undefined : homeOf(subgraphs, coordinate)
    return {
      check: 'contracts',
      severity: 'error',
      rule,
      subgraph: home?.subgraph ?? null,
      coordinate,
      message: `${contract}: ${message}`,
      mend,
      location: home?.location ?? null,
      related: [],
    }
  }

const countTypes = (schema: GraphQLSchema): number =>
  Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  ).length
