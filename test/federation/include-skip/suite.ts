import type { Suite } from '../suite.ts'

const good = { id: 'g1', name: 'Top', price: 100, kind: { __typename: 'Toy', age: 3 } }

export default {
  about: '@include and @skip wherever they may stand',
  resolvers: {
    goods: {
      Query: { good: () => good, goods: () => [good], count: () => 1 },
      Good: { __resolveReference: () => good },
    },
    extras: {
      Query: { extra: () => 'extra' },
      Good: {
        __resolveReference: (reference) => reference,
        tax: ({ price }) => price / 10,
        stock: () => 4,
        maker: () => ({ id: 'm1' }),
      },
    },
    makers: { Maker: { __resolveReference: ({ id }) => ({ id, name: 'Meccano', land: 'UK' }) } },
  },
  cases: [
    {
      promise: 'a field is there or not, by a variable',
      query:
        'query ($yes: Boolean!, $no: Boolean!) { good { a: name @include(if: $yes) b: name @include(if: $no) c: name @skip(if: $yes) d: name @skip(if: $no) } }',
      variables: { yes: true, no: false },
      data: { good: { a: 'Top', d: 'Top' } },
    },
    {
      promise: 'a field is there or not, by a literal',
      query:
        '{ good { a: name @include(if: true) b: name @include(if: false) c: name @skip(if: true) d: name @skip(if: false) } }',
      data: { good: { a: 'Top', d: 'Top' } },
    },
    {
      promise: 'a field is there or not, by the default of a variable',
      query:
        'query ($yes: Boolean = true, $no: Boolean = false) { good { a: name @include(if: $yes) b: name @include(if: $no) stock @skip(if: $yes) tax @skip(if: $no) } }',
      data: { good: { a: 'Top', tax: 10 } },
    },
    ...[
      { skip: false, include: true, data: { good: { id: 'g1', name: 'Top', stock: 4 } } },
      { skip: true, include: true, data: { good: { id: 'g1' } } },
      { skip: false, include: false, data: { good: { id: 'g1' } } },
      { skip: true, include: false, data: { good: { id: 'g1' } } },
    ].map(({ skip, include, data }) => ({
      promise: `with both on one field it is there only if neither leaves it out: @skip(if: ${skip}) @include(if: ${include})`,
      query:
        'query ($s: Boolean!, $i: Boolean!) { good { id name @skip(if: $s) @include(if: $i) stock @include(if: $i) @skip(if: $s) } }',
      variables: { s: skip, i: include },
      data,
    })),
    {
      promise: 'nobody is asked for what is left out, in other subgraphs and behind them',
      query:
        'query ($no: Boolean!) { good { name stock @include(if: $no) maker @include(if: $no) { name } } extra @include(if: $no) }',
      variables: { no: false },
      data: { good: { name: 'Top' } },
      asks: { goods: 1, extras: 0, makers: 0 },
    },
    {
      promise: 'what is left in is had from all of them',
      query:
        'query ($yes: Boolean!) { good { name stock @include(if: $yes) maker @include(if: $yes) { name } } extra @include(if: $yes) }',
      variables: { yes: true },
      data: { good: { name: 'Top', stock: 4, maker: { name: 'Meccano' } }, extra: 'extra' },
    },
    {
      promise: 'within an object of another subgraph',
      query: 'query ($no: Boolean!) { good { maker { name @include(if: $no) land @skip(if: $no) } } }',
      variables: { no: false },
      data: { good: { maker: { land: 'UK' } } },
    },
    {
      promise: 'on fragments of every kind, within each other',
      query: `query ($yes: Boolean!, $no: Boolean!) {
        good {
          ... @include(if: $yes) { id ... @skip(if: $yes) { price } ... on Good @include(if: $yes) { stock } }
          ... on Good @include(if: $no) { name }
          ...Maker @skip(if: $no)
          ...Tax @skip(if: $yes)
          kind { ... on Toy @include(if: $yes) { age } ... on Toy @include(if: $no) { old: age } ... on Tool @skip(if: $no) { weight } }
        }
      }
      fragment Maker on Good { maker { land @skip(if: $yes) name @skip(if: $no) } }
      fragment Tax on Good { tax }`,
      variables: { yes: true, no: false },
      data: { good: { id: 'g1', stock: 4, maker: { name: 'Meccano' }, kind: { age: 3 } } },
    },
    {
      promise: 'a fragment that is left out once and not the next time counts where it stands',
      query:
        'query ($no: Boolean!) { good { ...Name @include(if: $no) stock ...Name } } fragment Name on Good { name }',
      variables: { no: false },
      data: { good: { stock: 4, name: 'Top' } },
    },
    {
      promise: 'the order is that of the first time a field is not left out: left out',
      query: 'query ($s: Boolean!) { good { name @skip(if: $s) stock tax @skip(if: $s) price name tax } }',
      variables: { s: true },
      data: { good: { stock: 4, price: 100, name: 'Top', tax: 10 } },
    },
    {
      promise: 'the order is that of the first time a field is not left out: left in',
      query: 'query ($s: Boolean!) { good { name @skip(if: $s) stock tax @skip(if: $s) price name tax } }',
      variables: { s: false },
      data: { good: { name: 'Top', stock: 4, tax: 10, price: 100 } },
    },
    {
      promise: 'an object that is asked for twice, once left out, has what is left',
      query:
        'query ($no: Boolean!) { good @include(if: $no) { name stock } good { id maker { name } maker @include(if: $no) { land } } }',
      variables: { no: false },
      data: { good: { id: 'g1', maker: { name: 'Meccano' } } },
    },
    {
      promise: 'an object that is asked for twice, both left in, has both',
      query:
        'query ($yes: Boolean!) { good @include(if: $yes) { name stock } good { id maker { name } maker @include(if: $yes) { land } } }',
      variables: { yes: true },
      data: { good: { name: 'Top', stock: 4, id: 'g1', maker: { name: 'Meccano', land: 'UK' } } },
    },
    {
      promise: 'an object of which all is left out is empty',
      query:
        'query ($yes: Boolean!) { good { name @skip(if: $yes) stock @skip(if: $yes) } goods { ... @skip(if: $yes) { id } } }',
      variables: { yes: true },
      data: { good: {}, goods: [{}] },
    },
    ...[
      { outer: false, inner: true, data: { good: { kind: {}, maker: {} }, goods: [{}] } },
      { outer: true, inner: true, data: { good: {} } },
      { outer: true, inner: false, data: { good: {} } },
      {
        outer: false,
        inner: false,
        data: { good: { kind: { age: 3 }, maker: { name: 'Meccano' } }, goods: [{ name: 'Top' }] },
      },
    ].map(({ outer, inner, data }) => ({
      promise: `an object of which all is left out is empty, if it is not left out itself: ${outer}, ${inner}`,
      query: `query ($outer: Boolean!, $inner: Boolean!) {
        good {
          kind @skip(if: $outer) { ... on Toy { ... @skip(if: $inner) { age } } }
          maker @skip(if: $outer) { name @skip(if: $inner) }
        }
        goods @skip(if: $outer) { ...Name @skip(if: $inner) }
      }
      fragment Name on Good { name }`,
      variables: { outer, inner },
      data,
    })),
    {
      promise: 'an object is empty where the same variable leaves it in and all of it out',
      query: 'query ($s: Boolean!) { good { maker @skip(if: $s) { name @include(if: $s) } stock } }',
      variables: { s: false },
      data: { good: { maker: {}, stock: 4 } },
    },
    {
      promise: 'an object of which all is left out literally is empty',
      query: '{ good { name @skip(if: true) } count }',
      data: { good: {}, count: 1 },
    },
    {
      promise: 'an operation of which all is left out is empty and asks nobody',
      query: 'query ($yes: Boolean!) { good @skip(if: $yes) { id } extra @skip(if: true) }',
      variables: { yes: true },
      data: {},
      asks: { goods: 0, extras: 0 },
    },
    {
      promise: 'a type’s name can be left out as well',
      query:
        'query ($yes: Boolean!) { __typename @skip(if: $yes) t: __typename good { __typename @skip(if: $yes) u: __typename @include(if: $yes) stock } }',
      variables: { yes: true },
      data: { t: 'Query', good: { u: 'Good', stock: 4 } },
    },
    {
      promise: 'what a field requires is had also where the client leaves it out',
      query: 'query ($yes: Boolean!) { good { price @skip(if: $yes) tax } }',
      variables: { yes: true },
      data: { good: { tax: 10 } },
    },
    {
      promise:
        'what is required by a field that is left out keeps no other field from being asked for: a fragment',
      query: 'query ($yes: Boolean!) { good { stock ... on Good @skip(if: $yes) { tax } } }',
      variables: { yes: true },
      data: { good: { stock: 4 } },
    },
    {
      promise:
        'what is required by a field that is left out keeps no other field from being asked for: a field',
      query: 'query ($yes: Boolean!) { good { stock tax @skip(if: $yes) } }',
      variables: { yes: true },
      data: { good: { stock: 4 } },
    },
    {
      promise: 'introspection can be left out',
      query:
        'query ($no: Boolean!) { __type(name: "Toy") @include(if: $no) { name } t: __type(name: "Toy") @skip(if: $no) { name @skip(if: $no) kind @include(if: $no) } count }',
      variables: { no: false },
      data: { t: { name: 'Toy' }, count: 1 },
    },
  ],
} satisfies Suite
