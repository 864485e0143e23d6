import { boundedLists } from './bounded-lists.ts'
import { descriptions } from './descriptions.ts'
import { entityKey } from './entity-key.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { identicalValueTypes } from './identical-value-types.ts'
import { listSize } from './list-size.ts'
import { lookupByOneKey } from './lookup-by-one-key.ts'
import { moneyType } from './money-type.ts'
import { noFloats } from './no-floats.ts'
import { payloadSelfContained } from './payload-self-contained.ts'
import { payloadUserErrors } from './payload-user-errors.ts'
import { referencesNullable } from './references-nullable.ts'
import { relayConnections } from './relay-connections.ts'
import { requiresWithoutArguments } from './requires-without-arguments.ts'
import { rootFieldsNullable } from './root-fields-nullable.ts'
import type { Rule } from './rule.ts'
import { sharedEntityFieldsNullable } from './shared-entity-fields-nullable.ts'
import { timeType } from './time-type.ts'

/** The rules for schemas: first those that keep an outage small, then those that keep the graph in one style. */
export const allRules: readonly Rule[] = [
  rootFieldsNullable,
  sharedEntityFieldsNullable,
  referencesNullable,
  payloadSelfContained,
  payloadUserErrors,
  idempotencyKey,
  entityKey,
  identicalValueTypes,
  requiresWithoutArguments,
  relayConnections,
  boundedLists,
  listSize,
  noFloats,
  moneyType,
  timeType,
  lookupByOneKey,
  descriptions,
]
