import type { Chance } from './chance.ts'
import { colours } from './colours.ts'

/**
 * What a motif is painted with: its colour, darker and lighter shades of it, and an accent. A motif is drawn around
 * (0, 0) within 300 on each side, and stands on y = 260.
 */
export interface Paint {
  base: string
  dark: string
  darker: string
  light: string
  accent: string
  accentDark: string
  chance: Chance
}

const ink = '#35322f'
const paper = '#fbf6ec'
const wood = colours.oak
const woodDark = '#a87d4c'
const metal = '#c3c9cc'
const metalDark = '#98a1a6'
const leaf = '#6f8f63'
const leafDark = '#557a50'

function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
  fill: string,
  more = '',
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"${more}/>`
}
function oval(x: number, y: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"${more}/>`
}
function disc(x: number, y: number, radius: number, fill: string, more = ''): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"${more}/>`
}
function shape(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}"${more}/>`
}
function stroke(d: string, colour: string, width: number, more = ''): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${more}/>`
}
/** A stroke that ends square, as cloth does. */
function band(d: string, colour: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}"/>`
}
function lowered(by: number, inside: string): string {
  return `<g transform="translate(0 ${by})">${inside}</g>`
}
function repeat(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join('')
}
function turned(degrees: number, x: number, y: number, inside: string): string {
  return `<g transform="rotate(${degrees} ${x} ${y})">${inside}</g>`
}

const torso =
  'M-92 -225 L-150 -205 Q-225 -180 -245 -95 L-285 150 Q-288 172 -266 176 L-218 184 Q-200 186 -196 168 L-160 -20 L-160 220 Q-160 245 -135 245 L135 245 Q160 245 160 220 L160 -20 L196 168 Q200 186 218 184 L266 176 Q288 172 285 150 L245 -95 Q225 -180 150 -205 L92 -225 Q0 -160 -92 -225 Z'

function knitted({ base, dark, light, accent, chance }: Paint): string {
  const pattern = chance.pick('bands', 'yoke', 'cables', 'plain')
  const marks = {
    bands: repeat(3, (i) => rect(-160, -40 + i * 62, 320, 22, 0, i % 2 ? light : accent)),
    yoke: repeat(11, (i) => shape(`M${-150 + i * 30} -105 l15 -26 l15 26 l-15 26 Z`, i % 2 ? light : accent)),
    cables: repeat(3, (i) =>
      stroke(`M${-80 + i * 80} -120 q28 40 0 80 q-28 40 0 80 q28 40 0 80 q-28 40 0 70`, dark, 9),
    ),
    plain: repeat(6, (i) => stroke(`M-140 ${-90 + i * 52} h280`, dark, 3, ' opacity=".45"')),
  }[pattern]
  const cuffs = `${shape('M-281 128 L-287 166 Q-284 174 -266 176 L-218 184 Q-202 186 -197 172 L-190 140 Z', dark)}${shape('M281 128 L287 166 Q284 174 266 176 L218 184 Q202 186 197 172 L190 140 Z', dark)}`
  return (
    shape(torso, base) +
    marks +
    cuffs +
    stroke('M-160 -20 L-150 -92 M160 -20 L150 -92', dark, 6) +
    shape('M-160 205 h320 v15 q0 25 -25 25 h-270 q-25 0 -25 -25 Z', dark)
  )
}

function neck(colour: string): string {
  return stroke('M-92 -225 Q0 -160 92 -225', colour, 30)
}

function seat(paint: Paint, height: number): string {
  const { base, dark } = paint
  return (
    stroke(`M-105 ${height} L-135 255 M105 ${height} L135 255`, dark, 24) +
    stroke(`M-60 ${height} L-74 235 M60 ${height} L74 235`, dark, 18) +
    stroke('M-118 165 H118', dark, 14) +
    rect(-150, height - 24, 300, 42, 20, base)
  )
}

/** What pictures can show, by name. */
export const motifs = {
  jumper: (paint) => knitted(paint) + neck(paint.chance.pick(paint.dark, paint.accent)),

  cardigan: (paint) =>
    knitted(paint) +
    shape('M-92 -225 Q-40 -60 -12 -20 V245 H12 V-20 Q40 -60 92 -225 Q0 -190 -92 -225 Z', paint.darker) +
    stroke('M-92 -225 Q-40 -80 0 -25 Q40 -80 92 -225', paint.dark, 26) +
    stroke('M0 -25 V240', paint.dark, 30) +
    repeat(5, (i) => disc(0, 10 + i * 50, 10, paper)),

  tee: ({ base, dark, light, accent, chance }) =>
    shape(
      'M-88 -220 L-150 -205 Q-190 -195 -215 -160 L-285 -60 L-205 -5 L-160 -62 V225 Q-160 250 -135 250 H135 Q160 250 160 225 V-62 L205 -5 L285 -60 L215 -160 Q190 -195 150 -205 L88 -220 Q0 -150 -88 -220 Z',
      base,
    ) +
    stroke('M-88 -220 Q0 -150 88 -220', dark, 18) +
    stroke('M-274 -54 L-212 -12 M274 -54 L212 -12', dark, 8) +
    chance.pick(
      rect(40, -80, 84, 92, 10, dark) + rect(40, -80, 84, 16, 6, accent),
      repeat(5, (i) => rect(-160, -70 + i * 58, 320, 20, 0, light)),
      disc(0, 10, 70, accent) + rect(-70, 14, 140, 16, 0, base) + rect(-70, 44, 140, 12, 0, base),
    ),

  shirt: ({ base, dark, light, accent, chance }) =>
    shape(torso, base) +
    chance.pick(
      repeat(9, (i) => stroke(`M${-132 + i * 33} -150 V240`, light, 5)),
      repeat(6, (i) => stroke(`M-155 ${-110 + i * 58} H155`, light, 6)) +
        repeat(5, (i) => stroke(`M${-120 + i * 60} -170 V240`, light, 6)),
      '',
    ) +
    stroke('M-160 -20 L-150 -92 M160 -20 L150 -92', dark, 6) +
    shape('M-18 -170 h36 v414 h-36 Z', dark) +
    repeat(5, (i) => disc(0, -115 + i * 75, 8, paper)) +
    shape(
      'M-95 -228 L-20 -160 L-62 -105 L-125 -205 Z M95 -228 L20 -160 L62 -105 L125 -205 Z',
      chance.pick(light, accent),
    ) +
    rect(48, -60, 80, 88, 8, dark),

  jacket: ({ base, dark, darker, accent, accentDark }) =>
    shape('M-105 -215 Q-120 -290 0 -292 Q120 -290 105 -215 Q60 -150 0 -150 Q-60 -150 -105 -215 Z', dark) +
    shape(torso, base) +
    shape('M-92 -225 Q-70 -262 0 -264 Q70 -262 92 -225 Q0 -155 -92 -225 Z', darker) +
    shape('M-160 -90 H160 V-20 H-160 Z', dark, ' opacity=".5"') +
    stroke('M-160 -20 L-150 -92 M160 -20 L150 -92', dark, 6) +
    rect(-11, -185, 22, 430, 4, accent) +
    rect(-16, -150, 32, 46, 8, accentDark) +
    stroke('M-120 95 L-60 75 M120 95 L60 75', darker, 16) +
    rect(-160, 218, 320, 27, 12, dark) +
    shape(
      'M-281 128 L-287 166 Q-284 174 -266 176 L-218 184 Q-202 186 -197 172 L-190 140 Z M281 128 L287 166 Q284 174 266 176 L218 184 Q202 186 197 172 L190 140 Z',
      accent,
    ),

  gilet: ({ base, dark, darker, accent }) =>
    shape(
      'M-90 -225 L-165 -195 Q-150 -60 -185 0 V225 Q-185 250 -160 250 H160 Q185 250 185 225 V0 Q150 -60 165 -195 L90 -225 Q0 -170 -90 -225 Z',
      base,
    ) +
    repeat(6, (i) =>
      stroke(
        `M${i < 2 ? -155 : -180} ${-110 + i * 62} Q-90 ${-94 + i * 62} -14 ${-110 + i * 62} M14 ${-110 + i * 62} Q90 ${-94 + i * 62} ${i < 2 ? 155 : 180} ${-110 + i * 62}`,
        dark,
        7,
      ),
    ) +
    rect(-12, -190, 24, 440, 6, accent) +
    stroke('M-88 -226 Q0 -170 88 -226', darker, 40),

  beanie: ({ base, dark, light, accent, chance }) =>
    chance.pick(
      disc(0, -205, 62, accent) + disc(-16, -222, 22, light, ' opacity=".5"'),
      rect(-18, -205, 36, 40, 12, dark),
      '',
    ) +
    shape('M-210 120 Q-220 -185 0 -190 Q220 -185 210 120 Z', base) +
    repeat(7, (i) => stroke(`M${-165 + i * 55} 100 Q${-120 + i * 40} -60 ${-30 + i * 10} -165`, dark, 7)) +
    chance.pick('', rect(-214, 0, 428, 44, 0, accent)) +
    rect(-232, 90, 464, 130, 40, dark) +
    repeat(11, (i) => stroke(`M${-200 + i * 40} 112 V198`, base, 8)),

  scarf: ({ base, dark, light, accent }) =>
    band('M95 -70 L150 180', dark, 110) +
    band('M-70 -70 L-95 200', base, 118) +
    band('M-150 100 L-28 112', accent, 26) +
    band('M-154 145 L-34 158', light, 14) +
    band('M82 92 L188 70', accent, 24) +
    repeat(7, (i) => stroke(`M${-146 + i * 17} 200 l-4 48`, dark, 7)) +
    repeat(6, (i) => stroke(`M${104 + i * 18} ${190 - i * 4} l8 44`, base, 7)) +
    oval(0, -115, 190, 105, base) +
    oval(0, -140, 120, 55, dark) +
    stroke('M-178 -90 Q-20 30 165 -60 M-160 -60 Q-20 60 130 -30', dark, 8),

  socks: ({ base, dark, light, accent, chance }) => {
    const bands = chance.integer(1, 3)
    const sock =
      shape(
        'M-70 -240 H60 V50 Q60 80 95 105 L190 165 Q230 195 205 232 Q185 256 140 250 L-10 222 Q-70 205 -70 130 Z',
        base,
      ) +
      rect(-78, -250, 146, 62, 18, dark) +
      repeat(bands, (i) => rect(-70, -160 + i * 52, 130, 26, 0, i % 2 ? light : accent)) +
      shape('M150 140 L190 165 Q230 195 205 232 Q185 256 140 250 L118 246 Q108 180 150 140 Z', accent) +
      shape('M-70 90 Q0 100 -10 222 Q-70 205 -70 130 Z', dark)
    return `<g transform="translate(70 -20) scale(.94)" opacity=".82">${sock}</g><g transform="translate(-90 14)">${sock}</g>`
  },

  backpack: ({ base, dark, darker, light, accent, chance }) =>
    stroke('M-60 -215 Q-60 -285 0 -285 Q60 -285 60 -215', darker, 22) +
    rect(-200, -30, 60, 230, 28, dark) +
    rect(140, -30, 60, 230, 28, dark) +
    rect(-170, -230, 340, 490, 90, base) +
    chance.pick(
      shape('M-170 -60 V-140 Q-170 -230 -80 -230 H80 Q170 -230 170 -140 V-60 Q0 10 -170 -60 Z', dark) +
        rect(-16, -60, 32, 92, 8, accent) +
        rect(-24, -2, 48, 40, 10, light),
      stroke('M-130 -110 Q0 -170 130 -110', darker, 10) +
        rect(104, -122, 20, 60, 8, accent) +
        rect(-46, -180, 92, 46, 12, light),
      rect(-170, -230, 340, 110, 50, dark) +
        rect(-90, -150, 30, 110, 8, accent) +
        rect(60, -150, 30, 110, 8, accent),
    ) +
    rect(-130, 60, 260, 160, 44, dark) +
    stroke('M-95 102 H95', darker, 9) +
    rect(70, 92, 16, 46, 6, accent) +
    rect(-40, 150, 80, 34, 8, light, ' opacity=".7"'),

  tote: ({ base, dark, darker, light, accent, chance }) =>
    stroke('M-95 -60 Q-95 -255 0 -255 Q95 -255 95 -60', darker, 24) +
    shape('M-205 -90 H205 L235 220 Q238 255 200 255 H-200 Q-238 255 -235 220 Z', base) +
    shape('M-205 -90 H205 L209 -50 H-209 Z', dark) +
    stroke('M-95 -90 V30 M95 -90 V30', darker, 24) +
    disc(-95, 30, 13, accent) +
    disc(95, 30, 13, accent) +
    chance.pick(
      disc(0, 120, 66, accent) +
        shape('M-66 124 q33 -30 66 0 q33 30 66 0 v20 q-33 30 -66 0 q-33 -30 -66 0 Z', base),
      rect(-90, 60, 180, 130, 16, dark) + rect(-30, 60, 60, 34, 8, light),
      repeat(3, (i) => rect(-226, 120 + i * 44, 452, 18, 0, light)),
    ),

  tent: ({ base, dark, darker, light, accent, chance }) =>
    chance.pick(
      shape('M0 -200 L-290 250 H290 Z', base) +
        shape('M0 -200 L290 250 H110 Z', dark) +
        shape('M0 -110 L-115 250 H95 Z', darker) +
        shape('M0 -110 L-115 250 H-40 Q-30 60 0 -110 Z', light) +
        stroke('M0 -200 V-236', wood, 12) +
        shape('M0 -240 l64 20 l-64 20 Z', accent),
      shape('M-280 250 Q-270 -190 0 -190 Q270 -190 280 250 Z', base) +
        shape('M0 -190 Q270 -190 280 250 H120 Q110 -90 0 -190 Z', dark) +
        shape('M-95 250 Q-95 -20 0 -40 Q95 -20 95 250 Z', darker) +
        shape('M-95 250 Q-95 -20 0 -40 Q-30 110 -46 250 Z', light) +
        stroke('M-272 160 Q-160 -190 0 -190 Q160 -190 272 160', accent, 10),
      shape('M-290 250 Q-290 -120 -120 -150 L150 -150 Q290 -110 290 250 Z', base) +
        shape('M60 250 Q60 -130 150 -150 Q290 -110 290 250 Z', dark) +
        shape('M110 250 Q112 10 175 -10 Q238 10 240 250 Z', darker) +
        shape('M110 250 Q112 10 175 -10 Q150 120 146 250 Z', light) +
        stroke('M-120 -150 Q-40 40 -50 250', accent, 10),
    ) + stroke('M-285 250 L-300 262 M285 250 L300 262', ink, 10),

  sleepingbag: ({ base, dark, darker, accent, light }) =>
    `<g transform="rotate(-12)">${
      rect(-110, -270, 220, 540, 108, base) +
      shape('M-110 -120 V-162 Q-110 -270 0 -270 Q110 -270 110 -162 V-120 Z', dark) +
      oval(0, -168, 70, 66, light) +
      oval(0, -160, 52, 44, paper) +
      repeat(6, (i) => stroke(`M-104 ${-80 + i * 58} Q0 ${-60 + i * 58} 104 ${-80 + i * 58}`, dark, 8)) +
      stroke('M70 -120 V200', accent, 10) +
      rect(58, -110, 24, 40, 8, darker)
    }</g>`,

  campstool: ({ base, dark, accent }) =>
    stroke('M-150 -60 L120 250 M150 -60 L-120 250', woodDark, 24) +
    stroke('M-110 -70 L150 245 M110 -70 L-150 245', wood, 22) +
    shape(
      'M-205 -110 H205 Q220 -110 216 -92 Q150 -10 0 -10 Q-150 -10 -216 -92 Q-220 -110 -205 -110 Z',
      base,
    ) +
    shape('M-190 -66 Q-120 -10 0 -10 Q120 -10 190 -66 Q120 -36 0 -36 Q-120 -36 -190 -66 Z', dark) +
    disc(0, 105, 15, accent),

  bottle: ({ base, dark, light, accent, chance }) =>
    rect(-52, -275, 104, 86, 20, chance.pick(accent, ink)) +
    chance.pick(stroke('M-30 -270 Q-30 -300 0 -300 Q30 -300 30 -270', ink, 14), '') +
    shape(
      'M-62 -195 H62 Q66 -160 92 -135 Q112 -115 112 -80 V210 Q112 258 64 258 H-64 Q-112 258 -112 210 V-80 Q-112 -115 -92 -135 Q-66 -160 -62 -195 Z',
      base,
    ) +
    shape(
      'M62 -195 Q66 -160 92 -135 Q112 -115 112 -80 V210 Q112 258 64 258 H30 Q66 240 66 200 V-80 Q66 -150 30 -195 Z',
      dark,
    ) +
    rect(-88, -70, 16, 190, 8, light) +
    chance.pick(
      shape('M-112 150 L-40 70 L0 112 L50 50 L112 130 V180 H-112 Z', accent, ' opacity=".85"'),
      rect(-112, 60, 224, 34, 0, accent),
      disc(0, 60, 40, accent),
    ),

  flask: ({ base, dark, light, accent, chance }) =>
    rect(-88, -250, 176, 120, 26, accent) +
    rect(-104, -150, 208, 34, 14, ink) +
    rect(-100, -120, 200, 380, 40, base) +
    shape('M50 -120 H60 Q100 -120 100 -80 V220 Q100 260 60 260 H10 Q56 250 56 205 Z', dark) +
    chance.pick(stroke('M100 -60 H150 Q175 -60 175 -35 V90 Q175 115 150 115 H100', dark, 24), '') +
    rect(-78, -80, 16, 200, 8, light) +
    rect(-100, 160, 200, 26, 0, dark),

  lantern: ({ base, dark, light, accent }) =>
    stroke('M-115 -130 Q-130 -285 0 -285 Q130 -285 115 -130', metalDark, 12) +
    shape('M-70 -170 Q0 -250 70 -170 Z', dark) +
    rect(-110, -172, 220, 44, 18, base) +
    rect(-92, -130, 184, 250, 40, '#fdf3d2') +
    oval(0, 10, 60, 92, '#fbe3a0') +
    shape('M0 -60 Q46 10 26 52 Q0 84 -26 52 Q-46 10 0 -60 Z', '#f3b95c') +
    stroke('M-92 -110 V100 M92 -110 V100', metalDark, 12) +
    stroke('M-92 0 H92', metalDark, 6, ' opacity=".6"') +
    shape('M-120 118 H120 L140 225 Q142 258 108 258 H-108 Q-142 258 -140 225 Z', base) +
    shape('M40 118 H120 L140 225 Q142 258 108 258 H60 Z', dark) +
    disc(0, 186, 26, accent) +
    rect(-104, 132, 120, 12, 6, light, ' opacity=".6"'),

  mug: ({ base, dark, light, accent, chance }) =>
    stroke('M130 -90 H170 Q235 -90 235 10 Q235 115 165 120 H120', dark, 42) +
    shape('M-185 -165 H165 V130 Q165 258 50 258 H-70 Q-185 258 -185 130 Z', base) +
    shape('M95 -165 H165 V130 Q165 258 50 258 H0 Q98 240 98 120 Z', dark) +
    oval(-10, -165, 175, 42, dark) +
    oval(-10, -160, 152, 32, '#6d4a35') +
    oval(-30, -164, 80, 12, '#8a6248') +
    chance.pick(
      shape(
        'M-185 60 Q-120 20 -60 60 T60 60 T165 50 V130 Q165 258 50 258 H-70 Q-185 258 -185 130 Z',
        accent,
        ' opacity=".8"',
      ),
      repeat(16, (i) => disc(-150 + ((i * 83) % 240), -90 + ((i * 61) % 290), 4 + (i % 3) * 2, accent)),
      rect(-185, -40, 283, 30, 0, light) + rect(-185, 20, 283, 14, 0, light),
      rect(-150, -70, 22, 190, 11, light),
    ) +
    stroke('M-60 -225 q-22 -28 0 -56 M10 -225 q22 -28 0 -60', '#ffffff', 11, ' opacity=".7"'),

  bowl: ({ base, dark, light, accent, chance }) =>
    shape('M-270 -50 H270 Q262 130 110 210 H-110 Q-262 130 -270 -50 Z', base) +
    shape('M110 -50 H270 Q262 130 110 210 H20 Q150 110 110 -50 Z', dark) +
    rect(-110, 206, 220, 48, 14, dark) +
    oval(0, -50, 270, 66, light) +
    oval(0, -42, 236, 48, dark) +
    chance.pick(
      disc(-80, -70, 52, accent) +
        disc(20, -86, 58, '#d98b54') +
        disc(104, -66, 46, '#a6b36f') +
        oval(0, -24, 200, 24, dark),
      repeat(9, (i) => stroke(`M${-215 + i * 52} 20 q14 60 40 110`, light, 9)),
      shape('M-263 30 Q0 80 263 30 Q258 60 246 80 Q0 130 -246 80 Q-258 60 -263 30 Z', accent),
    ),

  pan: ({ base, dark, darker, light, chance }) =>
    lowered(
      54,
      rect(120, 60, 190, 40, 20, wood) +
        rect(110, 54, 60, 52, 14, metalDark) +
        disc(282, 80, 9, woodDark) +
        shape('M-270 20 H150 L122 170 Q114 205 80 205 H-200 Q-234 205 -242 170 Z', base) +
        shape('M60 20 H150 L122 170 Q114 205 80 205 H-10 Q60 140 60 20 Z', dark) +
        oval(-60, 20, 210, 50, light) +
        oval(-60, 26, 184, 38, darker) +
        chance.pick(
          oval(-90, 18, 84, 24, '#fdf8ee') + oval(-84, 12, 30, 13, '#f0b545'),
          oval(-110, 20, 44, 14, '#7e9d5e') +
            oval(-30, 30, 50, 15, '#d98b54') +
            oval(20, 12, 36, 11, '#c8593f'),
          '',
        ) +
        stroke('M-120 -70 q-20 -30 0 -60 M-50 -80 q20 -32 0 -66', '#ffffff', 11, ' opacity=".7"'),
    ),

  casserole: ({ base, dark, light, accent }) =>
    rect(-285, 10, 80, 46, 22, dark) +
    rect(205, 10, 80, 46, 22, dark) +
    shape('M-230 -40 H230 V150 Q230 255 130 255 H-130 Q-230 255 -230 150 Z', base) +
    shape('M130 -40 H230 V150 Q230 255 130 255 H40 Q140 230 140 140 Z', dark) +
    shape('M-245 -52 Q-230 -165 0 -170 Q230 -165 245 -52 Z', base) +
    shape('M70 -166 Q222 -150 245 -52 H150 Q150 -130 70 -166 Z', dark) +
    rect(-252, -62, 504, 34, 16, dark) +
    rect(-26, -190, 52, 30, 8, dark) +
    rect(-44, -222, 88, 42, 20, accent) +
    stroke('M-180 -90 Q-150 -130 -80 -142', light, 12) +
    rect(-190, 10, 18, 130, 9, light),

  lamp: ({ base, dark, light, accent, chance }) =>
    shape('M-190 -24 Q-150 130 0 140 Q150 130 190 -24 Z', '#fff3c9', ' opacity=".4"') +
    chance.pick(
      stroke('M0 -30 V220', metalDark, 18) +
        oval(0, 240, 120, 22, metalDark) +
        rect(-120, 222, 240, 20, 10, metal),
      shape('M-44 -20 Q-120 90 -90 190 Q-74 255 0 255 Q74 255 90 190 Q120 90 44 -20 Z', accent) +
        shape('M10 -20 H44 Q120 90 90 190 Q74 255 0 255 Q60 190 40 90 Z', '#000', ' opacity=".12"'),
      stroke('M0 -30 V215', wood, 30) + oval(0, 238, 130, 24, woodDark) + oval(0, 228, 130, 22, wood),
    ) +
    chance.pick(
      shape('M-95 -255 H95 L195 -20 H-195 Z', base) +
        shape('M40 -255 H95 L195 -20 H110 Z', dark) +
        stroke('M-190 -24 H190', light, 12),
      shape('M-200 -20 Q-200 -250 0 -250 Q200 -250 200 -20 Z', base) +
        shape('M60 -244 Q200 -220 200 -20 H120 Q130 -160 60 -244 Z', dark) +
        rect(-26, -274, 52, 34, 12, metalDark),
      rect(-150, -235, 300, 215, 30, base) +
        rect(70, -235, 80, 215, 30, dark) +
        stroke('M-140 -36 H140', light, 12),
    ),

  pendant: ({ base, dark, light, chance }) =>
    shape('M-190 70 L-270 300 H270 L190 70 Z', '#fff3c9', ' opacity=".4"') +
    stroke('M0 -900 V-150', ink, 8) +
    rect(-24, -172, 48, 50, 14, metalDark) +
    disc(0, 78, 50, '#fff0bd') +
    chance.pick(
      shape('M-60 -130 H60 Q235 -60 240 80 H-240 Q-235 -60 -60 -130 Z', base) +
        shape('M20 -130 H60 Q235 -60 240 80 H140 Q140 -60 20 -130 Z', dark),
      oval(0, 0, 240, 140, base) +
        repeat(
          5,
          (i) =>
            `<ellipse cx="0" cy="0" rx="${40 + i * 46}" ry="140" fill="none" stroke="${dark}" stroke-width="5"/>`,
        ),
      shape('M-40 -130 H40 L205 80 H-205 Z', base) + shape('M10 -130 H40 L205 80 H110 Z', dark),
    ) +
    stroke('M-190 82 H190', light, 10),

  cushion: ({ base, dark, light, accent, chance }) =>
    shape(
      'M-235 -215 Q0 -175 235 -215 Q262 -225 252 -195 Q205 20 252 235 Q260 262 232 254 Q0 215 -232 254 Q-260 262 -252 235 Q-205 20 -252 -195 Q-262 -225 -235 -215 Z',
      base,
    ) +
    chance.pick(
      repeat(4, (i) =>
        stroke(
          `M${-150 + i * 100} -190 Q${-130 + i * 90} 20 ${-150 + i * 100} 226`,
          i % 2 ? light : accent,
          26,
        ),
      ),
      shape('M0 -140 L150 20 L0 180 L-150 20 Z', accent) + shape('M0 -70 L84 20 L0 110 L-84 20 Z', light),
      repeat(12, (i) =>
        disc(-150 + (i % 4) * 100, -110 + Math.floor(i / 4) * 130, 24, i % 2 ? light : accent),
      ),
      disc(0, 20, 20, dark) +
        stroke('M0 20 L-120 -90 M0 20 L120 -90 M0 20 L-120 130 M0 20 L120 130', dark, 7),
    ) +
    stroke('M-235 -215 Q0 -175 235 -215 M-232 254 Q0 215 232 254', dark, 9),

  throw: ({ base, dark, light, accent, chance }) => {
    const checked = chance.pick(true, false)
    const fold = (y: number, width: number, fill: string) =>
      rect(-width, y, width * 2, 96, 40, fill) +
      (checked
        ? repeat(5, (i) => rect(-width + 40 + i * 90, y, 16, 96, 0, accent, ' opacity=".7"'))
        : rect(-width, y + 30, width * 2, 16, 0, light))
    return (
      fold(160, 240, dark) +
      fold(80, 232, base) +
      fold(0, 240, dark) +
      shape('M-225 -70 Q-225 -110 -185 -110 H185 Q225 -110 225 -70 V40 H-225 Z', base) +
      shape('M20 -110 H160 V190 H20 Z', light) +
      repeat(3, (i) => rect(20, -60 + i * 74, 140, 26, 0, accent)) +
      repeat(8, (i) => stroke(`M${28 + i * 18} 190 v38`, light, 8))
    )
  },

  chair: ({ base, dark, light, accent, chance }) =>
    stroke('M-130 -20 L-160 258 M130 -20 L160 258', dark, 24) +
    stroke('M-80 40 L-92 230 M80 40 L92 230', dark, 18) +
    stroke('M-122 30 L-140 -250 M122 30 L140 -250', base, 24) +
    chance.pick(
      repeat(5, (i) => stroke(`M${-80 + i * 40} 10 L${-92 + i * 46} -240`, base, 12)) +
        rect(-165, -285, 330, 60, 28, base),
      rect(-150, -280, 300, 70, 30, base) + rect(-140, -170, 280, 56, 26, base),
      rect(-150, -280, 300, 190, 60, base) + rect(-118, -250, 236, 130, 40, light, ' opacity=".5"'),
    ) +
    rect(-170, 0, 340, 52, 24, base) +
    chance.pick('', rect(-160, -26, 320, 44, 22, accent)) +
    stroke('M-142 160 H142', dark, 14),

  stool: (paint) => seat(paint, -60) + rect(-150, -84, 300, 16, 8, paint.light, ' opacity=".6"'),

  notebook: ({ base, dark, darker, light, accent, chance }) =>
    turned(
      -8,
      0,
      0,
      rect(-160, -245, 350, 490, 18, paper) +
        repeat(5, (i) => rect(184, -232 + i * 2, 4, 460, 0, '#d9d0bd')) +
        rect(-178, -255, 350, 500, 22, base) +
        rect(-178, -255, 52, 500, 22, dark) +
        chance.pick(rect(120, -255, 18, 500, 0, accent), '') +
        chance.pick(
          rect(-70, -170, 180, 110, 10, light) + stroke('M-40 -132 H80 M-40 -100 H40', darker, 8),
          disc(20, -20, 88, accent) +
            shape('M-68 -10 Q20 -70 108 -10 Q108 68 20 68 Q-68 68 -68 -10 Z', light),
          repeat(4, (i) => stroke(`M-100 ${-160 + i * 46} H100`, light, 10)),
          shape('M-100 160 L-20 20 L30 100 L70 50 L120 160 Z', accent) + disc(70, -90, 40, light),
        ) +
        shape('M40 245 v60 l-18 -20 l-18 20 v-60 Z', accent),
    ),

  planner: ({ base, dark, darker, light, accent, chance }) =>
    rect(-190, -240, 400, 500, 20, '#e9dfc9') +
    rect(-200, -250, 400, 500, 24, base) +
    rect(-200, -250, 400, 96, 24, dark) +
    rect(-200, -180, 400, 26, 0, dark) +
    repeat(8, (i) => rect(-158 + i * 42, -284, 16, 76, 8, i % 2 ? metal : metalDark)) +
    chance.pick(
      repeat(20, (i) =>
        rect(-150 + (i % 5) * 62, -110 + Math.floor(i / 5) * 76, 48, 54, 8, i % 7 === 3 ? accent : light),
      ),
      rect(-140, -110, 280, 150, 18, light) +
        stroke('M-100 -66 H100 M-100 -20 H30', darker, 9) +
        rect(-140, 80, 130, 110, 18, accent) +
        rect(10, 80, 130, 110, 18, light),
      disc(0, 40, 104, light) + stroke('M0 40 V-26 M0 40 L52 72', darker, 12) + disc(0, 40, 14, accent),
    ),

  pen: ({ base, dark, light, accent }) =>
    turned(
      38,
      0,
      0,
      rect(-38, -290, 76, 250, 34, base) +
        rect(8, -290, 30, 250, 20, dark) +
        rect(-44, -50, 88, 26, 8, accent) +
        rect(18, -262, 18, 170, 9, accent) +
        rect(-34, -24, 68, 150, 8, dark) +
        shape('M-34 126 H34 L20 180 H-20 Z', ink) +
        shape('M-20 180 H20 L4 262 Q0 272 -4 262 Z', metal) +
        stroke('M0 205 V255', metalDark, 4) +
        rect(-26, -260, 12, 190, 6, light, ' opacity=".7"'),
    ) + stroke('M-250 235 q60 -60 90 0 t90 -8', ink, 9),

  pencils: ({ accent, base, chance }) => {
    const row = [base, accent, colours.mustard, colours.teal, colours.rust, colours.navy]
    const start = chance.integer(0, 5)
    return (
      repeat(6, (i) => {
        const colour = row[(start + i) % row.length] ?? base
        const x = -170 + i * 68
        const top = -250 + ((i * 47) % 90)
        return (
          shape(`M${x - 26} ${top + 78} L${x} ${top} L${x + 26} ${top + 78} Z`, '#eed6ae') +
          shape(`M${x - 10} ${top + 30} L${x} ${top} L${x + 10} ${top + 30} Z`, colour) +
          rect(x - 26, top + 76, 52, 300, 0, colour) +
          rect(x + 8, top + 76, 18, 300, 0, '#000', ' opacity=".14"')
        )
      }) +
      rect(-225, 40, 450, 218, 26, paper) +
      rect(-225, 40, 450, 70, 26, base) +
      rect(-90, 140, 180, 70, 12, accent, ' opacity=".8"')
    )
  },

  organiser: ({ base, dark, darker, light, accent }) =>
    stroke('M-150 -70 V-210', colours.mustard, 20) +
    stroke('M-105 -70 L-90 -235', colours.teal, 18) +
    rect(-70, -190, 26, 150, 8, metal) +
    rect(60, -130, 150, 150, 10, paper) +
    rect(84, -170, 130, 180, 10, accent) +
    stroke('M108 -130 H190 M108 -100 H170', paper, 8) +
    rect(-240, -60, 230, 318, 22, base) +
    rect(-60, -60, 50, 318, 22, dark) +
    rect(-20, 20, 270, 238, 22, base) +
    rect(10, 60, 210, 70, 14, darker) +
    rect(10, 156, 210, 70, 14, darker) +
    disc(115, 118, 12, light) +
    disc(115, 214, 12, light),

  pouch: ({ base, dark, darker, light, accent, chance }) =>
    stroke('M-120 -120 L-60 -245 M-70 -110 L20 -235', colours.mustard, 22) +
    stroke('M10 -110 L90 -225', colours.teal, 20) +
    rect(-260, -125, 520, 375, 54, base) +
    rect(-260, -125, 520, 84, 40, dark) +
    stroke('M-215 -60 H215', darker, 10, ' stroke-dasharray="4 16"') +
    rect(170, -66, 26, 84, 10, accent) +
    chance.pick(
      rect(-90, 60, 180, 96, 14, light),
      repeat(4, (i) => stroke(`M-220 ${40 + i * 50} H220`, dark, 8)),
      shape('M-260 90 L260 -20 V60 L-260 170 Z', accent),
    ),

  boardgame: ({ base, dark, light, accent, chance }) => {
    const offset = chance.integer(0, 3)
    return (
      turned(
        -6,
        0,
        0,
        rect(-240, -210, 480, 440, 26, dark) +
          rect(-240, -230, 480, 440, 26, base) +
          repeat(36, (i) =>
            rect(
              -180 + (i % 6) * 60,
              -180 + Math.floor(i / 6) * 56,
              54,
              50,
              8,
              [light, accent, dark, paper][(i * 7 + Math.floor(i / 6) + offset) % 4] ?? light,
              ' opacity=".9"',
            ),
          ),
      ) +
      disc(-70, -30, 30, colours.rust) +
      shape('M-104 60 Q-70 -30 -36 60 Z', colours.rust) +
      disc(80, 60, 30, colours.navy) +
      shape('M46 150 Q80 60 114 150 Z', colours.navy) +
      turned(
        14,
        150,
        -120,
        rect(105, -160, 90, 90, 18, paper) +
          disc(128, -138, 9, ink) +
          disc(150, -115, 9, ink) +
          disc(172, -92, 9, ink),
      )
    )
  },

  cards: ({ base, dark, accent, light, chance }) => {
    const suit = chance.pick(
      'M0 -58 L48 0 L0 58 L-48 0 Z',
      'M0 60 Q-78 0 -40 -42 Q-10 -60 0 -22 Q10 -60 40 -42 Q78 0 0 60 Z',
      'M0 -60 Q70 10 36 40 Q14 50 0 26 Q-14 50 -36 40 Q-70 10 0 -60 Z',
    )
    const card = (angle: number, fill: string, inside: string) =>
      turned(angle, 0, 230, rect(-120, -230, 240, 370, 26, fill) + inside)
    return lowered(
      72,
      card(-26, dark, '') +
        card(-9, accent, `<g transform="translate(0 -45)">${shape(suit, light)}</g>`) +
        card(
          9,
          base,
          repeat(12, (i) => disc(-75 + (i % 3) * 75, -180 + Math.floor(i / 3) * 88, 15, light)),
        ) +
        card(
          26,
          paper,
          `<g transform="translate(0 -45) scale(1.25)">${shape(suit, base)}</g><g transform="translate(-86 -190) scale(.34)">${shape(suit, base)}</g><g transform="translate(86 100) scale(.34)">${shape(suit, base)}</g>`,
        ),
    )
  },

  puzzle: ({ base, dark, light, accent }) => {
    const piece =
      'M-90 -90 H-28 Q-40 -140 0 -142 Q40 -140 28 -90 H90 V-28 Q140 -40 142 0 Q140 40 90 28 V90 H28 Q40 46 0 44 Q-40 46 -28 90 H-90 V28 Q-46 40 -44 0 Q-46 -40 -90 -28 Z'
    const at = (x: number, y: number, angle: number, fill: string) =>
      `<g transform="translate(${x} ${y}) rotate(${angle})">${shape(piece, fill)}</g>`
    return at(-100, -80, 0, base) + at(84, -80, 0, accent) + at(-100, 104, 0, light) + at(110, 130, 18, dark)
  },

  blocks: ({ base, dark, accent, light, chance }) =>
    rect(-220, 90, 170, 168, 16, base) +
    rect(-86, 90, 36, 168, 12, dark) +
    rect(-30, 90, 210, 168, 16, accent) +
    shape('M20 258 Q20 160 75 160 Q130 160 130 258 Z', paper, ' opacity=".55"') +
    rect(-190, -70, 300, 156, 16, colours.mustard) +
    rect(60, -70, 50, 156, 14, '#000', ' opacity=".12"') +
    disc(-115, 8, 46, light) +
    chance.pick(
      shape('M-160 -75 L-50 -250 L60 -75 Z', base),
      shape('M-130 -75 A90 90 0 0 1 50 -75 Z', base),
      rect(-120, -215, 140, 140, 14, base) + stroke('M-85 -145 H-15', light, 18),
    ) +
    disc(215, 210, 48, dark),

  plush: ({ base, dark, light, accent, chance }) => {
    const hare = chance.pick(true, false)
    return (
      (hare
        ? oval(-62, -225, 36, 95, base) +
          oval(62, -225, 36, 95, base) +
          oval(-62, -215, 17, 68, light) +
          oval(62, -215, 17, 68, light)
        : disc(-105, -195, 58, base) +
          disc(105, -195, 58, base) +
          disc(-105, -195, 30, light) +
          disc(105, -195, 30, light)) +
      oval(-120, 220, 66, 46, dark) +
      oval(120, 220, 66, 46, dark) +
      oval(0, 130, 140, 130, base) +
      oval(0, 150, 86, 86, light) +
      turned(24, -150, 80, oval(-150, 90, 40, 84, dark)) +
      turned(-24, 150, 80, oval(150, 90, 40, 84, dark)) +
      disc(0, -90, 142, base) +
      oval(0, -52, 66, 50, light) +
      oval(0, -76, 22, 15, ink) +
      stroke('M0 -62 V-44 Q-18 -26 -32 -38 M0 -44 Q18 -26 32 -38', ink, 7) +
      disc(-56, -112, 13, ink) +
      disc(56, -112, 13, ink) +
      shape('M0 42 L-70 14 V74 Z M0 42 L70 14 V74 Z', accent) +
      disc(0, 43, 17, accent)
    )
  },

  kite: ({ base, dark, light, accent, chance }) =>
    stroke('M0 120 Q-60 180 10 215 T-10 300', ink, 6) +
    repeat(3, (i) =>
      shape(
        `M${i % 2 ? 12 : -34} ${168 + i * 46} l-34 -16 v32 Z M${i % 2 ? 12 : -34} ${168 + i * 46} l34 -16 v32 Z`,
        i % 2 ? accent : base,
      ),
    ) +
    turned(
      chance.integer(8, 20),
      0,
      -60,
      shape('M0 -300 L175 -90 L0 140 L-175 -90 Z', base) +
        shape('M0 -300 L175 -90 H0 Z', accent) +
        shape('M0 -90 H175 L0 140 Z', dark) +
        shape('M0 -90 L-175 -90 L0 140 Z', light) +
        stroke('M0 -300 V140 M-175 -90 H175', ink, 6),
    ),

  planter: ({ base, dark, light, chance }) =>
    chance.pick(
      repeat(7, (i) =>
        turned(-66 + i * 22, 0, 40, oval(0, -120 - (i % 2) * 26, 34, 140, i % 2 ? leaf : leafDark)),
      ),
      stroke('M0 50 V-150', leafDark, 12) +
        repeat(
          4,
          (i) =>
            oval(-62, 0 - i * 56, 62, 30, leaf, ` transform="rotate(24 -62 ${-i * 56})"`) +
            oval(62, -22 - i * 56, 62, 30, leafDark, ` transform="rotate(-24 62 ${-22 - i * 56})"`),
        ) +
        oval(0, -220, 30, 62, leaf),
      disc(0, -90, 130, leafDark) +
        disc(-84, -40, 84, leaf) +
        disc(84, -46, 88, leaf) +
        disc(-20, -160, 78, leaf) +
        repeat(7, (i) => disc(-100 + i * 34, -120 + ((i * 53) % 110), 13, '#f1d9d2')),
      rect(-46, -230, 92, 290, 46, leaf) +
        rect(-140, -120, 84, 46, 23, leafDark) +
        rect(-140, -180, 46, 100, 23, leafDark) +
        rect(50, -60, 90, 46, 23, leafDark) +
        rect(98, -130, 44, 110, 22, leafDark) +
        repeat(6, (i) => stroke(`M${-20 + (i % 2) * 40} ${-190 + i * 40} v16`, paper, 6)),
    ) +
    shape('M-165 70 H165 L128 230 Q122 258 92 258 H-92 Q-122 258 -128 230 Z', base) +
    shape('M70 70 H165 L128 230 Q122 258 92 258 H30 Q84 220 70 70 Z', dark) +
    rect(-186, 26, 372, 66, 18, base) +
    rect(70, 26, 116, 66, 18, dark) +
    rect(-166, 40, 150, 13, 6, light, ' opacity=".7"'),

  trowel: ({ base, dark, light, accent }) =>
    turned(
      30,
      0,
      0,
      rect(-30, -295, 60, 230, 28, base) +
        rect(4, -295, 26, 230, 16, dark) +
        rect(-34, -100, 68, 36, 10, metalDark) +
        stroke('M0 -70 V30', metal, 26) +
        shape('M-92 20 Q0 -20 92 20 V140 Q80 240 0 292 Q-80 240 -92 140 Z', metal) +
        shape('M0 4 Q60 2 92 20 V140 Q80 240 0 292 Z', metalDark) +
        stroke('M0 50 V240', metalDark, 7) +
        stroke('M-14 -285 q-20 -30 14 -34 q34 4 14 34', accent, 9) +
        rect(-18, -270, 12, 150, 6, light, ' opacity=".6"'),
    ),

  secateurs: ({ base, dark, light, accent }) =>
    turned(
      -28,
      0,
      0,
      stroke('M20 30 Q95 110 70 270', base, 48) +
        stroke('M-20 30 Q-95 110 -70 270', dark, 48) +
        stroke('M-58 150 Q-78 200 -66 262', light, 10) +
        shape('M-30 30 Q-60 -160 40 -280 Q74 -120 34 40 Z', metal) +
        shape('M34 40 Q110 -60 92 -160 Q50 -150 20 -20 Z', metalDark) +
        disc(4, 30, 44, metalDark) +
        disc(4, 30, 18, accent),
    ),

  wateringcan: ({ base, dark, light, accent }) =>
    stroke('M140 40 L262 -150', dark, 34) +
    turned(32, 270, -160, rect(222, -182, 96, 40, 14, base)) +
    repeat(3, (i) => stroke(`M${268 + i * 22} ${-108 + i * 16} l12 40`, '#9cc3d6', 7)) +
    stroke('M-150 -60 Q-290 -40 -270 90 Q-255 170 -150 150', dark, 30) +
    stroke('M-90 -120 Q0 -270 90 -120', dark, 28) +
    shape('M-150 -120 H130 L170 215 Q172 256 130 256 H-150 Q-192 256 -190 215 Z', base) +
    shape('M60 -120 H130 L170 215 Q172 256 130 256 H40 Q96 220 60 -120 Z', dark) +
    oval(-10, -120, 140, 32, dark) +
    rect(-150, -60, 16, 220, 8, light) +
    rect(-178, 90, 260, 26, 0, accent),

  seeds: ({ base, dark, light, accent, chance }) => {
    const packet = (x: number, y: number, angle: number, fill: string, bloom: string) =>
      turned(
        angle,
        x,
        y,
        rect(x - 85, y - 130, 170, 260, 10, fill) +
          rect(x - 85, y - 130, 170, 44, 10, '#000', ' opacity=".12"') +
          stroke(`M${x} ${y + 80} V${y}`, leafDark, 9) +
          oval(x - 26, y + 48, 26, 12, leaf) +
          repeat(6, (i) => turned(i * 60, x, y - 14, oval(x, y - 46, 17, 28, bloom))) +
          disc(x, y - 14, 17, colours.mustard),
      )
    return (
      packet(-120, -80, -12, paper, chance.pick(colours.rust, colours.rose)) +
      packet(120, -90, 10, light, colours.sky) +
      packet(0, -110, 0, accent, paper) +
      shape('M-235 60 H235 L220 238 Q218 258 198 258 H-198 Q-218 258 -220 238 Z', base) +
      rect(-250, 36, 500, 48, 12, dark) +
      rect(-100, 120, 200, 84, 12, paper, ' opacity=".85"') +
      stroke('M-64 152 H64 M-40 178 H40', dark, 8)
    )
  },

  headphones: ({ base, dark, darker, light, accent }) =>
    stroke('M-200 60 Q-220 -245 0 -245 Q220 -245 200 60', dark, 40) +
    stroke('M-110 -216 Q0 -262 110 -216', light, 22) +
    rect(-262, 0, 70, 220, 34, darker) +
    rect(192, 0, 70, 220, 34, darker) +
    rect(-214, -20, 106, 262, 50, base) +
    rect(108, -20, 106, 262, 50, base) +
    rect(-140, -4, 46, 230, 23, ink, ' opacity=".75"') +
    rect(94, -4, 46, 230, 23, ink, ' opacity=".75"') +
    disc(-188, 100, 22, accent) +
    disc(188, 100, 22, accent) +
    rect(-206, 10, 12, 60, 6, light),

  earbuds: ({ base, dark, darker, light, accent }) =>
    rect(-220, -170, 440, 260, 110, dark) +
    rect(-186, -138, 372, 200, 84, darker) +
    repeat(2, (i) => {
      const side = i === 0 ? -1 : 1
      return (
        rect(side * 88 - 24, -60, 48, 160, 24, light) +
        disc(side * 88, -64, 62, base) +
        oval(side * 112, -70, 30, 40, ink, ' opacity=".8"') +
        disc(side * 66, -84, 13, light)
      )
    }) +
    rect(-220, 24, 440, 234, 105, base) +
    shape(
      'M-220 130 V153 Q-220 258 -115 258 H115 Q220 258 220 153 V130 Q220 200 115 200 H-115 Q-220 200 -220 130 Z',
      dark,
    ) +
    rect(-150, 50, 120, 14, 7, light, ' opacity=".7"') +
    disc(0, 150, 13, accent),

  speaker: ({ base, dark, darker, light, accent, chance }) =>
    chance.pick(
      rect(-270, -110, 540, 368, 120, base) +
        disc(-130, 74, 106, dark) +
        disc(130, 74, 106, dark) +
        disc(-130, 74, 50, darker) +
        disc(130, 74, 50, darker) +
        stroke('M-120 -110 Q-120 -210 0 -210 Q120 -210 120 -110', accent, 22),
      rect(-170, -260, 340, 518, 90, base) +
        repeat(48, (i) => disc(-120 + (i % 6) * 48, -30 + Math.floor(i / 6) * 33, 9, darker)) +
        disc(0, -150, 62, dark) +
        stroke('M0 -150 L30 -186', light, 12),
      rect(-250, -170, 500, 428, 60, base) +
        rect(-210, -70, 420, 290, 34, dark) +
        repeat(11, (i) => stroke(`M-190 ${-44 + i * 24} H190`, base, 6)) +
        disc(-150, -122, 24, accent) +
        disc(-80, -122, 24, light) +
        disc(150, -122, 24, darker),
    ),

  bookshelf: ({ base, dark, darker, light, accent }) =>
    repeat(2, (i) => {
      const x = i === 0 ? -255 : 25
      return (
        rect(x, -250, 230, 508, 22, base) +
        rect(x + 186, -250, 44, 508, 22, dark) +
        disc(x + 100, -140, 52, darker) +
        disc(x + 100, -140, 24, light) +
        disc(x + 100, 70, 92, darker) +
        disc(x + 100, 70, 60, ink) +
        disc(x + 100, 70, 24, accent) +
        disc(x + 100, 212, 12, light)
      )
    }),

  turntable: ({ base, dark, accent, chance }) =>
    rect(-285, 190, 570, 46, 18, dark) +
    rect(-230, 228, 70, 32, 10, ink) +
    rect(160, 228, 70, 32, 10, ink) +
    rect(-285, -210, 570, 420, 34, base) +
    disc(-60, 0, 186, dark) +
    disc(-60, 0, 174, '#2e2c2c') +
    repeat(
      4,
      (i) => `<circle cx="-60" cy="0" r="${92 + i * 22}" fill="none" stroke="#474444" stroke-width="4"/>`,
    ) +
    disc(-60, 0, 66, chance.pick(accent, colours.rust, colours.mustard)) +
    disc(-60, 0, 10, paper) +
    stroke('M215 -150 V20 L120 92', metal, 18) +
    disc(215, -150, 42, metalDark) +
    disc(215, -150, 20, metal) +
    turned(38, 112, 98, rect(92, 80, 40, 56, 8, ink)) +
    disc(226, 158, 22, metalDark),

  radio: ({ base, dark, darker, light, accent, chance }) =>
    stroke('M160 -150 L250 -300', metalDark, 12) +
    stroke('M-180 -150 Q-180 -225 0 -225 Q180 -225 180 -150', darker, chance.pick(0, 24)) +
    rect(-285, -150, 570, 390, 60, base) +
    rect(-245, -110, 300, 310, 34, dark) +
    repeat(9, (i) => stroke(`M-222 ${-80 + i * 32} H32`, base, 9)) +
    rect(90, -110, 160, 90, 18, paper) +
    stroke('M108 -50 H232', darker, 5) +
    stroke('M160 -96 V-36', colours.rust, 6) +
    disc(170, 90, 72, light) +
    disc(170, 90, 52, accent) +
    stroke('M170 90 L196 52', paper, 12) +
    rect(-220, 238, 60, 22, 8, ink) +
    rect(160, 238, 60, 22, 8, ink),
} satisfies Record<string, (paint: Paint) => string>

export type Motif = keyof typeof motifs

export function isMotif(name: string): name is Motif {
  return Object.hasOwn(motifs, name)
}
