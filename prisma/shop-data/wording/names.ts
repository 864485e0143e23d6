/** The first words of titles. As many as stand here are used before one comes again within a kind. */
export const models: readonly string[] =
  `Alder Amble Anchor Arden Aster Atlas Aurora Barley Bayside Beacon Bluff Bramble Brook Calder Camber
  Cinder Clover Coast Cobble Comet Copse Cove Crest Dale Dapple Dune Eddy Elder Ember Fathom Fell Fern
  Fjord Flint Foxglove Gale Glade Glen Granary Grove Halcyon Haven Hazel Heath Heron Hollow Isle Juniper
  Kelp Kestrel Kindle Lagoon Lark Linden Lowland Lumen Marlow Marsh Meadow Meridian Mistral Moor
  Nimbus Nook North Oakley Orrin Osprey Otter Pebble Plover Quarry Quill Rambler Reed Ridge Ripple
  Rowan Saltmarsh Sandling Shore Skerry Solstice Sorrel Sparrow Spruce Starling Stillwater Tarn Teasel Thicket
  Thistle Trellis Umber Vale Vesper Wander Warren Wharf Wick Willow Wren Yarrow Zephyr`.split(/\s+/)

/** Invented makers, by the department of what they make. */
export const brands: Readonly<Record<string, readonly string[]>> = {
  clothing: ['Tarn & Thread', 'Nordlund', 'Hollis Mill', 'Maison Verrier', 'Kestrel Row'],
  outdoor: ['Fellgate', 'Ostra', 'Campion & Sons', 'Varg Supply'],
  home: ['Studio Halm', 'Larkham', 'Casa Brisa', 'Otto Lind', 'Potters’ Yard'],
  stationery: ['Foliant', 'Penrose Paper', 'Hatch & Quill'],
  play: ['Little Gannet', 'Marble Arcade', 'Tumbledown', 'Holzwerk'],
  garden: ['Greenwright', 'Soil & Sons', 'Ivy Bench'],
  audio: ['Sonder', 'Tonfabrik', 'Aria Works'],
}

/** First names with family names beside them, from one part of the world each, so that both fit together. */
export const cultures: readonly { first: readonly string[]; last: readonly string[] }[] = [
  {
    first: 'Emma Oliver Sophie Jack Charlotte Harry Isla Noah Ruby George Alice Theo'.split(' '),
    last: 'Turner Whitfield Hughes Barlow Ashworth Pike Fletcher Marsh Holloway Reed'.split(' '),
  },
  {
    first: 'Lena Jonas Mia Felix Hannah Lukas Greta Moritz Clara Anton Frieda Emil'.split(' '),
    last: 'Schneider Vogt Brandt Keller Lorenz Winkler Hartmann Busch Engel Krüger'.split(' '),
  },
  {
    first: 'Camille Hugo Manon Louis Chloé Jules Élise Antoine Margaux Rémi'.split(' '),
    last: 'Moreau Lefèvre Garnier Chevalier Dubois Renard Marchand Perrin Faure'.split(' '),
  },
  {
    first: 'Lucía Mateo Carmen Diego Valeria Javier Sofía Andrés Elena Tomás'.split(' '),
    last: 'García Navarro Ortega Castillo Romero Vega Herrera Molina Ibáñez'.split(' '),
  },
  {
    first: 'Giulia Marco Chiara Lorenzo Alessia Matteo Francesca Davide'.split(' '),
    last: 'Rossi Conti Ferrara Moretti Galli Bianchi Rinaldi Caruso'.split(' '),
  },
  {
    first: 'Astrid Erik Freja Lars Ingrid Magnus Saga Nils Solveig Anders'.split(' '),
    last: 'Lindqvist Hansen Berg Nyström Dahl Holm Sørensen Ekman Solberg'.split(' '),
  },
  {
    first: 'Zofia Jakub Maja Tomasz Hana Ondřej Katarína Piotr'.split(' '),
    last: 'Kowalska Nowak Wójcik Zielińska Novák Dvořák Horváth Mazur'.split(' '),
  },
  {
    first: 'Aiko Haruto Yuki Sota Mei Ren Naomi Kenji'.split(' '),
    last: 'Tanaka Sato Yamamoto Kobayashi Nakamura Mori Ishikawa'.split(' '),
  },
  {
    first: 'Wei Lihua Ming Xia Jun Yan Hao Fang'.split(' '),
    last: 'Chen Wang Liu Zhang Huang Lin Zhao Xu'.split(' '),
  },
  {
    first: 'Priya Arjun Ananya Rohan Kavya Vikram Meera Sanjay'.split(' '),
    last: 'Sharma Iyer Patel Nair Reddy Banerjee Kapoor Menon'.split(' '),
  },
  {
    first: 'Amara Chidi Ngozi Kwame Abena Tunde Zainab Sipho'.split(' '),
    last: 'Okafor Mensah Adeyemi Boateng Dlamini Eze Osei Nkosi'.split(' '),
  },
  {
    first: 'Leila Omar Yasmin Karim Nour Tariq Amina Samir'.split(' '),
    last: 'Haddad Mansour Nasser Khalil Rahman Aziz Farouk'.split(' '),
  },
  {
    first: 'Ayşe Emre Elif Kerem Deniz Zeynep Mert'.split(' '),
    last: 'Yılmaz Demir Kaya Aydın Şahin Arslan'.split(' '),
  },
  {
    first: 'Seo-yeon Min-jun Ji-woo Ha-eun Do-yun'.split(' '),
    last: 'Kim Lee Park Choi Jung Kang'.split(' '),
  },
  {
    first: 'Beatriz João Mariana Rafael Inês Thiago Larissa Bruno'.split(' '),
    last: 'Silva Almeida Carvalho Teixeira Ribeiro Barros Moura'.split(' '),
  },
  {
    first: 'Maeve Cian Aoife Rory Niamh Ewan Eilidh Callum'.split(' '),
    last: 'Byrne Gallagher Walsh Doyle Campbell Fraser Murray'.split(' '),
  },
]
