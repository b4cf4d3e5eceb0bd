/** What a vessel of a kind is like: ranges from the smallest to the largest. Prices are whole dollars. */
export interface VesselClass {
  readonly name: string;
  readonly capacity: readonly [number, number];
  readonly speed: readonly [number, number];
  readonly price: readonly [number, number];
  readonly stock: readonly [number, number];
}

export const CLASSES: readonly VesselClass[] = [
  { name: "Courier", capacity: [1, 6], speed: [7, 14], price: [18_000, 95_000], stock: [60, 900] },
  { name: "Shuttle", capacity: [8, 60], speed: [4, 9], price: [40_000, 210_000], stock: [40, 600] },
  { name: "Ferry", capacity: [120, 900], speed: [2, 4], price: [300_000, 1_900_000], stock: [25, 250] },
  { name: "Liner", capacity: [400, 4_200], speed: [3, 6], price: [2_500_000, 48_000_000], stock: [15, 90] },
  { name: "Yacht", capacity: [4, 36], speed: [5, 11], price: [250_000, 9_000_000], stock: [15, 120] },
  { name: "Freighter", capacity: [2, 24], speed: [1, 4], price: [180_000, 3_200_000], stock: [25, 300] },
  { name: "Explorer", capacity: [6, 110], speed: [6, 13], price: [600_000, 15_000_000], stock: [15, 150] },
  { name: "Racer", capacity: [1, 2], speed: [14, 30], price: [90_000, 1_400_000], stock: [30, 400] },
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export const ADJECTIVES = words(`
  Amber Ancient Boundless Brave Bright Calm Copper Crimson Distant Eastern Endless Fearless First Gentle Gilded
  Golden Hidden Humble Icy Iron Ivory Jade Last Lone Lucky Midnight Noble Northern Patient Proud Quiet Restless
  Royal Scarlet Second Silent Silver Southern Stormy Swift Tireless Velvet Wandering Western Wild Young
`);

export const NOUNS = words(`
  Albatross Anchor Arrow Aurora Beacon Caravan Comet Compass Condor Constellation Corsair Crane Dawn Dolphin Drifter
  Eclipse Ember Falcon Firefly Galleon Harbinger Harrier Heron Horizon Kestrel Lantern Marlin Meridian Meteor
  Monsoon Nomad Odyssey Orchid Osprey Pathfinder Pelican Petrel Pilgrim Pioneer Raven Ranger Sparrow Starling
  Swallow Tempest Tern Traveller Vagabond Voyager Wayfarer Whisper Zephyr
`);

export const PLACES = words(`
  Andromeda Antares Aquila Bergen Callisto Capella Ceres Corinth Cygnus Deneb Enceladus Europa Galway Ganymede
  Hyperion Ithaca Kyoto Lyra Mimas Naxos Oberon Orion Pallas Phobos Quito Rhea Rigel Samos Sirius Tethys Titania
  Triton Umbriel Valparaíso Vega Zanzibar
`);

/** Marks of a series; most vessels have none. */
export const MARKS: readonly string[] = ["II", "III", "IV", "Mk 2", "Mk 3", "S", "XL", "1000"];
